using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>Seals a message as a forwarder does, by dkimpy.</summary>
internal static class ArcSealer
{
    // Debian's own Python: another one need not have the module.
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import sys, dkim
        message = open(sys.argv[1], 'rb').read()
        key = open(sys.argv[2], 'rb').read()
        seal = dkim.arc_sign(message, sys.argv[4].encode(), sys.argv[3].encode(), key, sys.argv[3].encode(),
            include_headers=[b'from', b'to', b'subject'])
        sys.stdout.buffer.write(b''.join(seal) + message)
        """;

    public static async Task<string?> WhyNotAsync() =>
        File.Exists(Python) && (await Daemon.RunAsync(Python, "-c", "import dkim")).Exit == 0 ? null : "Not installed: python3-dkim.";

    /// <summary>Seals; the message holds an Authentication-Results field of the domain.</summary>
    public static async Task<string> SealAsync(string message, string keyFile, string domain, string selector)
    {
        var file = Path.GetTempFileName();
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, message, Encoding.Latin1);
            await File.WriteAllTextAsync(script, Script);
            var (exit, output) = await Daemon.RunAsync(Python, script, file, keyFile, domain, selector);
            Assert.True(exit == 0 && output.StartsWith("ARC-", StringComparison.Ordinal), output);
            return output;
        }
        finally
        {
            File.Delete(file);
            File.Delete(script);
        }
    }
}
