// node author_readers.js mailparser|postal-mime
// Reads From values, base64, a line each; writes what that package shows, a line of JSON each: { "reader": ["address", ...] }.
'use strict';
const name = process.argv[2];
const reader = require(name);
const parse = name === 'mailparser' ? reader.simpleParser : (reader.default ?? reader).parse;

const flat = list => [list ?? []].flat().flatMap(one => one.group ? flat(one.group) : [one.address ?? '']);

async function shown(message) {
  try {
    const from = (await parse(message)).from;
    return flat(from?.value ?? from);
  } catch {
    return []; // shows nothing
  }
}

(async () => {
  const lines = require('fs').readFileSync(0, 'utf8').split('\n');
  for (const line of lines.slice(0, -1)) {
    const message = Buffer.concat([Buffer.from('From: '), Buffer.from(line, 'base64'), Buffer.from('\r\nSubject: x\r\n\r\nx\r\n')]);
    console.log(JSON.stringify({ [name]: await shown(message) }));
  }
})();
