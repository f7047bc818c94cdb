using System.Diagnostics;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Dns.Stub;
using EmailAuth.Syntax;
using Xunit;
using static EmailAuth.Tests.TestSupport.LoopbackDnsServer;

namespace EmailAuth.Tests.Dns.Stub;

/// <summary>Damaged answers beside dnspython: what it can read, and what it finds at the end of the alias chain, is what we find.</summary>
public class DnspythonTests
{
    private const string Python = "/usr/bin/python3";
    private const int Messages = 6000;

    // A line of hexadecimal a message; answers "error", "fail", "nx" or the records of the end of the chain in hexadecimal.
    private const string Script = """
        import sys, dns.message, dns.name, dns.rdatatype, dns.rcode
        print("ready", flush=True)
        A = dns.name.from_text("a.example.")
        for line in sys.stdin:
            try:
                m = dns.message.from_wire(bytes.fromhex(line.strip()), ignore_trailing=True, one_rr_per_rrset=True)
                code = m.rcode()
                if code not in (0, 3): print("fail"); continue
                rrs = [(r.name, r.rdtype, r[0]) for r in m.answer if r.rdclass == 1]
                end, steps = A, 0
                while True:
                    to = next((d.target for n, t, d in rrs if t == 5 and n == end), None)
                    if to is None: break
                    steps += 1; end = to
                    if steps > 16 or to == A: end = None; break
                if end is None: print("fail")
                elif code == 3: print("nx")
                else: print("ok", *[b"".join(d.strings).hex() or "-" for n, t, d in rrs if t == 16 and n == end])
            except Exception as e:
                print("error", type(e).__name__)
        """;

    [Fact]
    public async Task What_dnspython_finds_in_damaged_answers_we_find()
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed.");
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        if (await python.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) != "ready")
        {
            Assert.Skip("python3-dnspython is not installed.");
        }

        var random = new Random(5452); // each run the same messages
        var messages = Enumerable.Range(0, Messages).Select(_ => Damaged(random)).ToArray();
        var writing = Task.Run(
            async () =>
            {
                foreach (var message in messages)
                {
                    await python.StandardInput.WriteLineAsync(Convert.ToHexStringLower(message));
                }

                python.StandardInput.Close();
            },
            TestContext.Current.CancellationToken);
        var (same, unread) = (0, 0);
        foreach (var message in messages)
        {
            var theirs = await python.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(theirs);
            if (theirs.StartsWith("error", StringComparison.Ordinal))
            {
                // It also reads the data of records that are not asked for.
                unread++;
                continue;
            }

            var ours = Ours(message, out var isOurLimit);
            Assert.True(theirs == ours || isOurLimit, $"{Convert.ToHexStringLower(message)}: {theirs} and {ours}");
            same++;
        }

        await writing;
        Assert.True(same > Messages / 4, $"{same} alike, {unread} that dnspython does not read");
    }

    private static string Ours(byte[] message, out bool isOurLimit)
    {
        var reader = new AnswerReader(DomainName.Parse("a.example").Value!, DnsRecordType.Txt, trustsAuthenticData: false);
        var response = reader.Read(message);

        // Names that no DomainName holds, and what RFC 2308 and RFC 6891 ask for beside the answer.
        isOurLimit = response is { Failure: DnsFailure.Malformed, Detail: { } detail } && detail.Contains("cannot be asked for", StringComparison.Ordinal);
        return response?.Status switch
        {
            null or DnsStatus.NoData => "ok",
            DnsStatus.NameError => "nx",
            DnsStatus.Failure => response.Detail!.StartsWith("a referral", StringComparison.Ordinal) ? "ok" : "fail",
            _ => string.Join(' ', response.Texts.Select(text => text.Length == 0 ? "-" : Convert.ToHexStringLower(BytesOf(text))).Prepend("ok")),
        };
    }

    // One octet beyond ASCII alone is never UTF-8, so the text has each octet as a character.
    private static byte[] BytesOf(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Damaged(Random random)
    {
        var good = new List<byte[]> { Alias("a.example", "b.example"), Text("b.example", "v=spf1 ", "-all"), Text("b.example", "second"), Text("a.example", "at the start") };
        var records = good.OrderBy(_ => random.Next()).Take(random.Next(1, good.Count + 1)).ToArray();
        byte[] message =
        [
            0, 0, 0x81, 0x80, 0, 1, 0, (byte)records.Length, 0, 1, 0, 0, .. Name("a.example"), 0, 16, 0, 1,
            .. records.SelectMany(record => record), .. Authority("example", 100, 50),
        ];
        for (var changes = random.Next(3); changes > 0; changes--)
        {
            var at = random.Next(2, message.Length);
            message[at] = random.Next(3) switch { 0 => (byte)random.Next(128), 1 => (byte)(message[at] ^ (1 << random.Next(7))), _ => 0xc0 };
            if (message[at] == 0xc0 && at + 1 < message.Length)
            {
                message[at + 1] = (byte)random.Next(64);
            }
        }

        return random.Next(10) == 0 ? message[..random.Next(message.Length)] : message;
    }
}
