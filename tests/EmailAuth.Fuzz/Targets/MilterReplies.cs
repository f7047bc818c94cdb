using System.Buffers.Binary;
using System.Text;
using EmailAuth.Fuzz.Support;
using EmailAuth.Milter.Protocol;
using EmailAuth.Results;

namespace EmailAuth.Fuzz.Targets;

/// <summary>What a milter may answer, read as an MTA reads it.</summary>
internal static class MilterReplies
{
    /// <summary>Every reply is a packet of its kind, and each end of a message has changes, if any, and then one final reply.</summary>
    /// <param name="written">All that was written.</param>
    /// <param name="answers">Where the answers to the ends of messages begin.</param>
    /// <param name="received">What they answer.</param>
    public static void Check(ReadOnlySpan<byte> written, List<long> answers, ReadOnlySpan<byte> received)
    {
        var answered = 0;
        for (var at = 0; at < written.Length;)
        {
            FindingException.ThrowIf(written.Length - at < 5, "half a packet");
            var length = BinaryPrimitives.ReadInt32BigEndian(written[at..]);
            FindingException.ThrowIf(length < 1 || length > written.Length - at - 4, $"a packet of {length} bytes");
            var isAnswer = answered < answers.Count && at >= answers[answered];
            var isFinal = Check((MilterReply)written[at + 4], written.Slice(at + 5, length - 1), isAnswer, received);
            answered += isAnswer && isFinal ? 1 : 0;
            at += 4 + length;
        }

        FindingException.ThrowIf(answered != answers.Count, $"{answers.Count} messages ended, {answered} were answered");
    }

    private static bool Check(MilterReply reply, ReadOnlySpan<byte> payload, bool isAnswer, ReadOnlySpan<byte> received)
    {
        switch (reply)
        {
            case MilterReply.Accept or MilterReply.Continue or MilterReply.Reject or MilterReply.TemporaryFailure or MilterReply.Skip:
                FindingException.ThrowIf(!payload.IsEmpty, $"{reply} with a payload");
                FindingException.ThrowIf(isAnswer && reply == MilterReply.Skip, "a message is skipped at its end");
                return true;
            case MilterReply.ReplyCode when isAnswer:
                var text = TakeString(ref payload);
                FindingException.ThrowIf(text is not [>= '4' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ' ', ..] || !payload.IsEmpty, $"no SMTP reply: {text}");
                Expect.Printable(text, "an SMTP reply");
                return true;
            case MilterReply.Quarantine when isAnswer:
                Expect.Printable(TakeString(ref payload), "a reason of quarantine");
                FindingException.ThrowIf(!payload.IsEmpty, "more than a reason of quarantine");
                return false;
            case MilterReply.InsertHeader or MilterReply.ChangeHeader when isAnswer:
                CheckField(reply, payload, received);
                return false;
            case (MilterReply)MilterCommand.OptionNegotiation when !isAnswer:
                FindingException.ThrowIf(payload.Length < 12, "half a negotiation");
                return false;
            default:
                throw new FindingException($"a reply {reply} {(isAnswer ? "at the end of a message" : "within a message")}");
        }
    }

    private static void CheckField(MilterReply reply, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> received)
    {
        FindingException.ThrowIf(payload.Length < 4, "a field without a place");
        var index = BinaryPrimitives.ReadInt32BigEndian(payload);
        payload = payload[4..];
        var name = TakeBytes(ref payload);
        var value = TakeString(ref payload);
        FindingException.ThrowIf(!payload.IsEmpty || name.IsEmpty, "no field");
        if (reply == MilterReply.ChangeHeader)
        {
            // The MTA looks for the name byte by byte.
            FindingException.ThrowIf(index < 1 || value.Length > 0 || received.IndexOf(name) < 0, $"no removal: {index} {Encoding.UTF8.GetString(name)} {value}");
            return;
        }

        // Lines are parted by LF alone, and each goes on with white space.
        FindingException.ThrowIf(index != 0 || name.ContainsAnyExceptInRange((byte)'!', (byte)'~'), $"inserted at {index}: {Encoding.UTF8.GetString(name)}");
        Expect.Printable(value.Replace("\n ", string.Empty, StringComparison.Ordinal), "a field");
        FindingException.ThrowIf(
            name.SequenceEqual("Authentication-Results"u8) && !AuthenticationResultsReader.Parse(value.Replace("\n", "\r\n", StringComparison.Ordinal)).IsSuccess, $"a field that does not read back: {value}");
    }

    private static string TakeString(ref ReadOnlySpan<byte> payload) => Encoding.UTF8.GetString(TakeBytes(ref payload));

    private static ReadOnlySpan<byte> TakeBytes(ref ReadOnlySpan<byte> payload)
    {
        var end = payload.IndexOf((byte)0);
        FindingException.ThrowIf(end < 0, "a text without its end");
        var text = payload[..end];
        payload = payload[(end + 1)..];
        return text;
    }
}
