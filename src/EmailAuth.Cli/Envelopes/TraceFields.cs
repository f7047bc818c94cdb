using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Envelopes;

/// <summary>The trace fields of a message (RFC 5321 section 4.4), from the top, with their places in the header.</summary>
/// <param name="Received">The Received fields.</param>
/// <param name="Spf">The Received-SPF fields.</param>
/// <param name="ReturnPaths">The reverse-paths of the Return-Path fields that can be read; empty for the null one.</param>
internal sealed record TraceFields(
    IReadOnlyList<(int Place, ReceivedField Field)> Received, IReadOnlyList<(int Place, ReceivedSpf Field)> Spf, IReadOnlyList<(int Place, string Path)> ReturnPaths)
{
    // Servers stop a loop at 100 hops or fewer; a sender can write more.
    private const int MaxFields = 1000;

    /// <summary>Reads them from a message whose lines end in CRLF or LF.</summary>
    public static TraceFields Of(ReadOnlyMemory<byte> message)
    {
        var header = HeaderBlock.Parse(LineEndings.ToCrlf(StartOf(message)));
        var received = new List<(int Place, ReceivedField Field)>();
        var spf = new List<(int Place, ReceivedSpf Field)>();
        var returnPaths = new List<(int Place, string Path)>();
        for (var place = 0; place < header.Count && received.Count + spf.Count + returnPaths.Count < MaxFields; place++)
        {
            var field = header[place];
            if (field.IsNamed("Received"u8))
            {
                received.Add((place, ReceivedField.Parse(field.Value)));
            }
            else if (field.IsNamed("Received-SPF"u8))
            {
                spf.Add((place, ReceivedSpf.Parse(Encoding.UTF8.GetString(field.Value))));
            }
            else if (field.IsNamed("Return-Path"u8) && ReversePath.Parse(Encoding.UTF8.GetString(field.Value).Trim()).Value is { } path)
            {
                returnPaths.Add((place, path.Address));
            }
        }

        return new TraceFields(received, spf, returnPaths);
    }

    // The header, and of a message with CRLF as much as can be its header. The body need not be copied to convert the header.
    private static ReadOnlyMemory<byte> StartOf(ReadOnlyMemory<byte> message)
    {
        var start = message[..Math.Min(message.Length, MessageLimits.Default.MaxHeaderBytes)];
        var end = start.Span.IndexOf("\n\n"u8);
        return end < 0 ? start : start[..(end + 2)];
    }
}
