using System.Diagnostics;
using System.Text.Json;

namespace EmailAuth.Benchmarks.Latency;

/// <summary>Measures mailauth (Node) on the same message, zone and delays, where it is installed.</summary>
internal static class MailauthPeer
{
    private const string Script = """
        const { authenticate } = require('mailauth');
        (async () => {
            const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk);
            const o = JSON.parse(Buffer.concat(chunks)); const message = Buffer.from(o.message, 'base64');
            const records = new Map(o.records.map(r => [r.name + '/' + r.type, r.data])); const names = o.records.map(r => r.name);
            const resolverOf = delay => async (name, type) => {
                if (delay) await new Promise(resolve => setTimeout(resolve, delay));
                name = name.toLowerCase().replace(/\.$/, ''); const data = records.get(name + '/' + type);
                if (data === undefined) { const e = new Error(); e.code = names.some(n => n === name || n.endsWith('.' + name)) ? 'ENODATA' : 'ENOTFOUND'; throw e; }
                return [type === 'TXT' ? [data] : data];
            };
            const run = async delay => {
                const started = process.hrtime.bigint();
                await authenticate(message, { ip: o.ip, helo: o.helo, sender: o.sender, mta: 'mx.example.org', resolver: resolverOf(delay) });
                return Number(process.hrtime.bigint() - started) / 1e6;
            };
            for (let i = 0; i < 200; i++) await run(0);
            const medians = [];
            for (const delay of o.delays) {
                const times = []; for (let i = 0; i < 15; i++) times.push(await run(delay));
                medians.push(times.sort((a, b) => a - b)[7]);
            }
            process.stdout.write(JSON.stringify(medians));
        })();
        """;

    /// <summary>The median for each delay in milliseconds; null when mailauth is not found.</summary>
    public static async Task<double[]?> MeasureAsync(Newsletter newsletter, IReadOnlyList<int> delays)
    {
        var input = JsonSerializer.Serialize(new
        {
            message = Convert.ToBase64String(newsletter.Message),
            records = newsletter.Records.Select(record => new { name = record.Name, type = TypeOf(record.Type), data = record.Data }),
            ip = newsletter.Envelope.ClientAddress!.ToString(),
            helo = newsletter.Envelope.Helo,
            sender = newsletter.Envelope.MailFrom,
            delays,
        });
        try
        {
            var start = MailauthInstallation.Node("-e", Script);
            start.RedirectStandardInput = true;
            start.RedirectStandardOutput = true;
            start.RedirectStandardError = true;
            using var node = Process.Start(start)!;
            var error = node.StandardError.ReadToEndAsync();
            var output = node.StandardOutput.ReadToEndAsync();
            await node.StandardInput.WriteAsync(input).ConfigureAwait(false);
            node.StandardInput.Close();
            await node.WaitForExitAsync().ConfigureAwait(false);
            await error.ConfigureAwait(false);
            return node.ExitCode == 0 ? JsonSerializer.Deserialize<double[]>(await output.ConfigureAwait(false)) : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            // There is no Node, or it ended before it read its input, as it does when it does not find the package.
            return null;
        }
    }

    private static string TypeOf(ZoneEntryKind type) => type switch
    {
        ZoneEntryKind.Txt => "TXT",
        ZoneEntryKind.A => "A",
        _ => "PTR",
    };
}
