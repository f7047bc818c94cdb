using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// A session's calls in any order. Calls out of order throw what is documented and nothing else; a message that was told in order is judged
/// as the same message at hand. The input: the zone in lines, and the calls: a byte of which, a byte of length, and the text.
/// </summary>
internal static class SessionTarget
{
    private static readonly AuthenticationOptions Options = new() { AuthservId = "mx.example.org", TimeProvider = FixedTime.Default };

    private static readonly IPAddress[] Clients = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("198.51.100.7")];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var lines) || parts.Rest.Length < 1)
        {
            return;
        }

        var calls = parts.Rest;
        var zone = new ZoneResolver(ZoneLines.Read(lines));
        var late = new LateResolver(zone, new Random(input.Length));
        var isLate = (calls[0] & 1) != 0;
        var client = (calls[0] >> 1) is var number && number < Clients.Length ? Clients[number] : null;
        var run = new SessionRun(new AuthenticationPipeline(zone, Options), new AuthenticationPipeline(isLate ? late : zone, Options), late, client);
        calls = calls[1..];
        while (calls.Length >= 2)
        {
            var length = Math.Min(calls[1], calls.Length - 2);
            run.Call((SessionCall)(calls[0] % 11), calls.Slice(2, length));
            calls = calls[(2 + length)..];
        }

        run.Call(SessionCall.Dispose, []);
    }

    /// <summary>Calls as the target reads them.</summary>
    public static byte[] Calls(byte first, params ReadOnlySpan<(SessionCall Call, string Text)> calls)
    {
        var bytes = new List<byte> { first };
        foreach (var (call, text) in calls)
        {
            // Long texts go in several calls.
            foreach (var piece in text.Length == 0 ? [[]] : Encoding.Latin1.GetBytes(text).Chunk(255))
            {
                bytes.AddRange([(byte)call, (byte)piece.Length, .. piece]);
            }
        }

        return [.. bytes];
    }
}

/// <summary>A call of a session.</summary>
internal enum SessionCall
{
    Helo,
    MailFrom,
    Field,
    EndOfHeaders,
    Body,
    Complete,
    CompleteCancelled,
    Reset,
    Authenticated,
    LongField,
    Dispose,
}
