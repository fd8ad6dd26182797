import { parseSpiceOptions } from '@lazyspice/core';
import { describe, expect, it } from 'vitest';
import { unheededOptions } from './unheeded-options.js';

describe('unheededOptions', () => {
  it('is silent about what is done and about defaults', () => {
    const options = parseSpiceOptions('port=0,password=sesame,image-compression=quic');
    expect(unheededOptions(options)).toEqual([]);
  });

  it('names each option that is not done', () => {
    const options = { ...parseSpiceOptions('port=0,disable-ticketing=on,seamless-migration=on'), gl: true };
    const named = unheededOptions(options).map((sentence) => sentence.split(':')[0]);
    expect(named).toEqual(['gl', 'seamless-migration']);
  });
});
