// The forms in printable ASCII of characters beyond ASCII, from Node's Unicode data: the table of src/EmailAuth/Syntax/CompatibilityForms.cs.
//   node compatibility_forms.js
'use strict';
const isPrintable = text => /^[!-~]+$/.test(text);
const hex = code => code.toString(16).toUpperCase();

// The capital of a sharp s is SS, and that of a dotless i is I: a reader that ignores case may compare either.
function formOf(code) {
  const lower = String.fromCodePoint(code).normalize('NFKC').toLowerCase();
  return [lower, lower.toUpperCase().toLowerCase().normalize('NFKC')].find(isPrintable);
}

const runs = [];
for (let code = 0x80; code < 0x110000; code++) {
  const form = code < 0xd800 || code > 0xdfff ? formOf(code) : undefined;
  if (!form) continue;
  const run = runs[runs.length - 1];
  if (run && run.form.length === 1 && form.length === 1 && code === run.last + 1
      && form.charCodeAt(0) === run.form.charCodeAt(0) + code - run.first) {
    run.last = code;
  } else {
    runs.push({ first: code, last: code, form });
  }
}

console.log(runs.map(run => `${hex(run.first)}${run.last > run.first ? `-${hex(run.last)}` : ''} ${run.form}`).join(' '));
