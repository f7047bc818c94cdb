using System.Net;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// A session's calls in any order. Calls out of order throw what is documented and nothing else; a message that was told in order is judged
/// as the same message at hand. The input: the zone in lines, a byte of choices, and the calls, parted by 0xFE bytes: a byte of which, and its text.
/// </summary>
internal static class SessionTarget
{
    private const byte CallSeparator = 0xFE;

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
        var late = ScriptedResolver.Held(zone);
        var isLate = (calls[0] & 1) != 0;
        var client = (calls[0] >> 1) is var number && number < Clients.Length ? Clients[number] : null;
        var run = new SessionRun(new AuthenticationPipeline(zone, Options), new AuthenticationPipeline(isLate ? late : zone, Options), late, new Random(input.Length), client);
        calls = calls[1..];
        foreach (var range in calls.Split(CallSeparator))
        {
            if (calls[range] is [var call, .. var text])
            {
                run.Call((SessionCall)(call % 10), text);
            }
        }

        run.Call(SessionCall.Dispose, []);
    }

    /// <summary>Calls as the target reads them.</summary>
    public static byte[] Calls(byte first, params ReadOnlySpan<(SessionCall Call, string Text)> calls)
    {
        var bytes = new List<byte> { first };
        for (var i = 0; i < calls.Length; i++)
        {
            bytes.AddRange(i == 0 ? [] : [CallSeparator]);
            bytes.Add((byte)calls[i].Call);
            bytes.AddRange(Encoding.Latin1.GetBytes(calls[i].Text));
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
    Dispose,
}
