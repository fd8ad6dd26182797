import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleDependencies, moduleName, moduleOrder } from './module-order.js';

/** Modules m0..mN in which each needs some of those before it. */
const graph = fc
  .integer({ min: 1, max: 12 })
  .chain((n) =>
    fc.tuple(...Array.from({ length: n }, (_, i) => fc.subarray(Array.from({ length: i }, (_, j) => j)))),
  );

describe('moduleOrder', () => {
  it('puts each module once, behind all that it needs', () => {
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.boolean()), (needs, flip) => {
        const wanted = needs.map((_, i) => `m${i}`).filter(() => flip.next().value);
        const order = moduleOrder(
          {
            files: new Map(needs.map((_, i) => [`m${i}`, `kernel/m${i}.ko`])),
            builtin: new Set(),
            dependencies: (file) => needs[Number(/\d+/.exec(file)?.[0])].map((j) => `m${j}`),
          },
          wanted,
        );
        expect(new Set(order).size).toBe(order.length);
        for (const name of wanted) expect(order).toContain(`kernel/${name}.ko`);
        order.forEach((file, at) => {
          for (const j of needs[Number(/\d+/.exec(file)?.[0])]) {
            expect(order.indexOf(`kernel/m${j}.ko`)).toBeLessThan(at);
            expect(order).toContain(`kernel/m${j}.ko`);
          }
        });
      }),
    );
  });

  it('leaves out what is built in and refuses what is nowhere', () => {
    const tree = { files: new Map(), builtin: new Set(['evdev']), dependencies: () => [] };
    expect(moduleOrder(tree, ['evdev'])).toEqual([]);
    expect(() => moduleOrder(tree, ['qxl'])).toThrow(expect.objectContaining({ code: 'ERR_V86_GUEST' }));
  });

  it('refuses modules that need each other', () => {
    const tree = {
      files: new Map([
        ['a', 'a.ko'],
        ['b', 'b.ko'],
      ]),
      builtin: new Set<string>(),
      dependencies: (file: string) => (file === 'a.ko' ? ['b'] : ['a']),
    };
    expect(() => moduleOrder(tree, ['a'])).toThrow('needs itself');
  });
});

describe('moduleDependencies', () => {
  it('reads the names of a .modinfo section', () => {
    const section = Buffer.from('ELF\0license=GPL\0depends=drm,drm-kms-helper,ttm\0retpoline=Y\0');
    expect(moduleDependencies(section)).toEqual(['drm', 'drm_kms_helper', 'ttm']);
    expect(moduleDependencies(Buffer.from('x\0depends=\0'))).toEqual([]);
    expect(moduleDependencies(Buffer.from('x\0depends=last'))).toEqual(['last']);
    expect(moduleDependencies(Buffer.from('nothing'))).toEqual([]);
  });

  it('knows modules by names as the kernel writes them', () => {
    expect(moduleName('kernel/drivers/gpu/drm/drm-ttm-helper.ko.xz')).toBe('drm_ttm_helper');
  });
});
