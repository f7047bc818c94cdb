// Drives npm's mailauth: node mailauth.js dkim, or node mailauth.js spf. Commands on standard input, answers on standard output (see Driver.cs).
'use strict';

const fs = require('node:fs');
const readline = require('node:readline');

const answer = (...fields) => process.stdout.write(fields.join('\t') + '\n');
const records = new Map();
const items = [];

// Nanoseconds of processor time, of all threads.
const used = () => {
    const { user, system } = process.cpuUsage();
    return 1000 * (user + system);
};

const resolver = async (name, type) => {
    const data = records.get(`${name.toLowerCase()}/${type}`);
    if (data === undefined) {
        const error = new Error(`no ${type} at ${name}`);
        error.code = 'ENOTFOUND';
        throw error;
    }

    return data;
};

const kept = (type, data) => {
    if (type === 'TXT') {
        return [data];
    }

    const [priority, exchange] = data.split(' ');
    return type === 'MX' ? { priority: Number(priority), exchange } : data;
};

const methods = {
    dkim: () => {
        const { dkimVerify } = require('mailauth/lib/dkim/verify');
        return {
            load: fields => fs.readFileSync(fields[0]),
            verdict: async message => (await dkimVerify(message, { resolver })).results[0].status.result
        };
    },
    spf: () => {
        const { spf } = require('mailauth/lib/spf');
        return {
            load: ([ip, helo, sender]) => ({ ip, helo, sender, mta: 'mx.example.org', resolver }),
            verdict: async query => (await spf(query)).status.result
        };
    }
};

const main = async () => {
    let method, version;
    try {
        method = methods[process.argv[2]]();
        version = require('mailauth/package.json').version;
    } catch (error) {
        answer('absent', error.message.split('\n')[0]);
        return;
    }

    answer('ready', `mailauth ${version}`);
    for await (const line of readline.createInterface({ input: process.stdin })) {
        const [command, ...fields] = line.split('\t');
        if (command === 'record') {
            const [name, type, data] = fields;
            records.set(`${name}/${type}`, [...(records.get(`${name}/${type}`) ?? []), kept(type, data)]);
        } else if (command === 'item') {
            items.push(fields);
        } else if (command === 'check') {
            answer(await method.verdict(method.load(items[fields[0]])));
        } else if (command === 'time') {
            const [budget, expected, ...numbers] = fields;
            const loaded = numbers.map(number => method.load(items[number]));
            let count = 0, wrong = 0, elapsed = 0;
            const started = used();
            while (elapsed < Number(budget)) {
                // The clock is looked at about every 100 microseconds.
                for (let batch = elapsed ? Math.max(1, Math.floor(count * 1e5 / elapsed)) : 1; batch > 0; batch--) {
                    wrong += (await method.verdict(loaded[count++ % loaded.length])) === expected ? 0 : 1;
                }

                elapsed = used() - started;
            }

            answer(count, elapsed, wrong);
        }
    }
};

main();
