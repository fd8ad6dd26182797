import { describe, expect, it } from 'vitest';
import { Ticket } from './ticket.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('Ticket', () => {
  it('accepts its password and nothing else', () => {
    const ticket = new Ticket('geheim ü', false);
    expect(ticket.accepts(bytes('geheim ü'), 0)).toBe(true);
    for (const wrong of ['', 'geheim', 'geheim ü ', 'Geheim ü', 'geheim u', `geheim ü${'\0'.repeat(80)}`]) {
      expect(ticket.accepts(bytes(wrong), 0)).toBe(false);
    }
  });

  it('accepts nothing before a password is set, not even an empty one', () => {
    const ticket = new Ticket(null, false);
    expect(ticket.accepts(bytes(''), 0)).toBe(false);
    ticket.set('late');
    expect(ticket.accepts(bytes('late'), 0)).toBe(true);
  });

  it('accepts everything when ticketing is disabled', () => {
    const ticket = new Ticket('password', true);
    ticket.expire(0);
    expect(ticket.isDisabled).toBe(true);
    expect(ticket.accepts(bytes('anything'), 5)).toBe(true);
  });

  it('tells passwords apart that are longer than any comparison', () => {
    const long = 'x'.repeat(200);
    const ticket = new Ticket(long, false);
    expect(ticket.accepts(bytes(long), 0)).toBe(true);
    expect(ticket.accepts(bytes(`${long}y`), 0)).toBe(false);
  });

  it('refuses its password from the moment it expires', () => {
    const ticket = new Ticket('p', false);
    ticket.expire(1000);
    expect(ticket.accepts(bytes('p'), 999)).toBe(true);
    expect(ticket.accepts(bytes('p'), 1000)).toBe(false);
    ticket.expire(null);
    expect(ticket.accepts(bytes('p'), 5000)).toBe(true);
  });

  it('replaces the old password', () => {
    const ticket = new Ticket('old', false);
    ticket.set('new');
    expect(ticket.accepts(bytes('old'), 0)).toBe(false);
    expect(ticket.accepts(bytes('new'), 0)).toBe(true);
  });
});
