// What Node's Unicode data and npm's tr46 (UTS 46) say: the tables of src/EmailAuth/Syntax/UnicodeTables.cs.
//   node unicode_tables.js csharp   that file
//   node unicode_tables.js json     the same as data, with the Unicode version, for the test that compares
'use strict';
const mapping = require('tr46/lib/mappingTable.json');
const VALID = 2, DISALLOWED = 3, DEVIATION = 6;

// One mark of each combining class; the class of another follows from which of two marks moves past the other.
const REPRESENTATIVES = [
  [1, 0x334], [6, 0x16ff0], [7, 0x93c], [8, 0x3099], [9, 0x94d], [10, 0x5b0], [11, 0x5b1], [12, 0x5b2], [13, 0x5b3], [14, 0x5b4], [15, 0x5b5],
  [16, 0x5b6], [17, 0x5b7], [18, 0x5b8], [19, 0x5b9], [20, 0x5bb], [21, 0x5bc], [22, 0x5bd], [23, 0x5bf], [24, 0x5c1], [25, 0x5c2],
  [26, 0xfb1e], [27, 0x64b], [28, 0x64c], [29, 0x64d], [30, 0x618], [31, 0x619], [32, 0x61a], [33, 0x651], [34, 0x652], [35, 0x670],
  [36, 0x711], [84, 0xc55], [91, 0xc56], [103, 0xe38], [107, 0xe48], [118, 0xeb8], [122, 0xec8], [129, 0xf71], [130, 0xf72], [132, 0xf74],
  [202, 0x321], [214, 0x1dce], [216, 0x31b], [218, 0x1dfa], [220, 0x316], [222, 0x59a], [224, 0x302e], [226, 0x1d16d], [228, 0x5ae],
  [230, 0x300], [232, 0x315], [233, 0x35c], [234, 0x35d], [240, 0x345]];

const text = code => String.fromCodePoint(code);
const status = new Uint8Array(0x110000);
for (const [where, value] of mapping) {
  const [first, last] = Array.isArray(where) ? where : [where, where];
  status.fill(value, first, last + 1);
}

function* codePoints() {
  for (let code = 0x80; code < 0x110000; code++) {
    if (code < 0xd800 || code > 0xdfff) yield code;
  }
}

// UTS 46 non-transitional: what it keeps, and what no version of Unicode has assigned so far, is stable.
function isStable(code) {
  return status[code] === VALID || status[code] === DEVIATION
    || (status[code] === DISALLOWED && /\p{Cn}/u.test(text(code)) && !/\p{Noncharacter_Code_Point}/u.test(text(code)));
}

// Told by the general category alone: capital letters, control and format characters, separators, private use.
const byCategory = code => /[\p{Lu}\p{Lt}\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\p{Co}]/u.test(text(code));

function runs(is, passOver) {
  const found = [];
  let start = -1, last = -1;
  for (const code of codePoints()) {
    if (passOver(code)) continue;
    if (is(code)) {
      start = start < 0 ? code : start;
      last = code;
    } else if (start >= 0) {
      found.push([start, last]);
      start = -1;
    }
  }
  return start < 0 ? found : [...found, [start, last]];
}

function composites() {
  const found = [];
  for (const code of codePoints()) {
    const whole = text(code), parts = whole.normalize('NFD');
    if ((code >= 0xac00 && code <= 0xd7a3) || parts === whole || whole.normalize('NFC') !== whole) continue;
    const characters = [...parts], second = characters.pop();
    found.push([code, characters.join('').normalize('NFC').codePointAt(0), second.codePointAt(0)]);
  }
  return found;
}

function combiningClass(code) {
  const moves = (a, b) => ('a' + text(a) + text(b)).normalize('NFD') !== ('a' + text(a) + text(b)) ;
  if (!/\p{M}/u.test(text(code)) || text(code).normalize('NFD') !== text(code)) return 0;
  for (const [value, mark] of REPRESENTATIVES) {
    if (mark === code) return value;
  }
  // A mark of class 0 moves past none.
  if (!REPRESENTATIVES.some(([, mark]) => moves(mark, code) || moves(code, mark))) return 0;
  const found = REPRESENTATIVES.find(([, mark]) => !moves(mark, code) && !moves(code, mark));
  if (!found) throw new Error('a combining class without a representative: U+' + code.toString(16));
  return found[0];
}

function classes() {
  const all = [];
  for (const code of codePoints()) {
    const value = combiningClass(code), last = all.at(-1);
    if (value === 0) continue;
    if (last && last[1] === code - 1 && last[2] === value) last[1] = code;
    else all.push([code, code, value]);
  }
  return all;
}

const unstable = runs(code => !isStable(code), byCategory);
if (process.argv[2] === 'json') {
  const stable = runs(isStable, () => false), assigned = runs(code => !/\p{Cn}/u.test(text(code)), () => false);
  console.log(JSON.stringify({ unicode: process.versions.unicode, assigned, stable, composites: composites(), classes: classes() }));
} else {
  const hex = code => code.toString(16).toUpperCase();
  const run = ([first, last]) => first === last ? hex(first) : hex(first) + '-' + hex(last);
  const lines = (name, items) => {
    const out = [];
    for (const item of items) {
      if (out.length === 0 || out.at(-1).length + item.length > 125) out.push(item);
      else out[out.length - 1] += ' ' + item;
    }
    return `    public const string ${name} =\n        "` + out.join(' "\n        + "') + '";\n';
  };
  const byClass = new Map();
  for (const [first, last, value] of classes()) byClass.set(value, [...(byClass.get(value) ?? []), run([first, last])]);
  const version = process.versions.unicode;
  process.stdout.write(`namespace EmailAuth.Syntax;

/// <summary>
/// Unicode ${version} in hexadecimal text, as a program without globalization data has no such tables. Made by
/// tests/EmailAuth.Tests/Syntax/unicode_tables.js; a test compares each code point.
/// </summary>
internal static class UnicodeTables
{
    /// <summary>What UTS 46 (non-transitional) maps, ignores or disallows, beyond what the general category tells.</summary>
${lines('Unstable', unstable.map(run))}
    /// <summary>The characters that are the composition of two others, and those two; without Hangul, which is arithmetic.</summary>
${lines('Composites', composites().map(all => all.map(hex).join('+')))}
    /// <summary>The canonical combining classes other than 0, in decimal, each with its marks.</summary>
${lines('CombiningClasses', [...byClass].sort((a, b) => a[0] - b[0]).flatMap(([value, marks]) => [value + ':', ...marks]))}}
`);
}
