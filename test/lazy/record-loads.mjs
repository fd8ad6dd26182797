// For `node --import`: appends the URL of every file that Node loads, as an ES module or with require, in any thread,
// to the file named by RECORD_LOADS.
import { appendFileSync } from 'node:fs';
import Module, { register } from 'node:module';
import { pathToFileURL } from 'node:url';

const { load } = Module.prototype;
Module.prototype.load = function (filename) {
  appendFileSync(process.env.RECORD_LOADS, `${pathToFileURL(filename)}\n`);
  return load.call(this, filename);
};
register('./load-hooks.mjs', import.meta.url);
