// Signs a message with mailauth: MESSAGE KEY COUNT. Prints the microseconds of processor time of one signature.
const fs = require('fs');
const { dkimSign } = require('mailauth/lib/dkim/sign');

const [, , file, keyFile, count] = process.argv;
const message = fs.readFileSync(file);
const options = { canonicalization: 'relaxed/relaxed', signatureData: [{ signingDomain: 'example.com', selector: 's', privateKey: fs.readFileSync(keyFile, 'utf8') }] };

(async () => {
    const sign = async () => {
        const result = await dkimSign(message, options);
        if (!result.signatures || result.errors.length) {
            throw new Error(JSON.stringify(result.errors));
        }
    };
    for (let i = 0; i < 100; i++) {
        await sign();
    }
    const start = process.cpuUsage();
    for (let i = 0; i < count; i++) {
        await sign();
    }
    const used = process.cpuUsage(start);
    console.log((used.user + used.system) / count);
})();
