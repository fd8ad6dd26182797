import fc from 'fast-check';

/**
 * Property tests try the same cases on every run, so that a change lands or fails for what it is. New cases:
 * `FC_SEED=$RANDOM npm test`.
 */
const seed = Number(process.env.FC_SEED ?? 2026);
fc.configureGlobal({ seed });
