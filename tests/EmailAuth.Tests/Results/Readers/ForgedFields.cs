using System.Text;
using EmailAuth.Messages;
using EmailAuth.Removal;
using EmailAuth.Tests.Removal;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Tests.Results.Readers;

/// <summary>Fields of senders that stay in a message, as programs of others read them: none of them may be taken for ours, with a result that we did not write.</summary>
internal static class ForgedFields
{
    /// <summary>What stays of so many generated fields.</summary>
    public static List<string> Staying(Random random, int count)
    {
        var staying = new List<string>(count);
        while (staying.Count < count)
        {
            var value = ForgedFieldGenerator.Next(random, isOdd: true);
            if (ArrivingResultFields.Find(HeaderBlock.Parse(Encoding.UTF8.GetBytes($"Authentication-Results: {value}\r\n\r\n")), ForgedFieldGenerator.Ours).Length == 0)
            {
                staying.Add(value);
            }
        }

        return staying;
    }

    /// <summary>The fields that a reader takes for ours, with a result.</summary>
    /// <param name="reader">The reader, or null for MimeKit.</param>
    /// <param name="values">The fields.</param>
    public static async Task<List<string>> TakenAsync(Reader? reader, IReadOnlyList<string> values)
    {
        if (reader is null)
        {
            return [.. values.Where(value =>
                MimeKitResults.TryParse(Encoding.UTF8.GetBytes(value), out var read) && read.Results.Count > 0 && ModelReaders.IsSame(read.AuthenticationServiceIdentifier ?? string.Empty, ForgedFieldGenerator.Ours))];
        }

        // SpamAssassin is told whom to trust, and says nothing of others; the rest say whose the field is.
        var isTold = reader == Reader.SpamAssassin;
        var answers = isTold ? await reader.ReadAsync(values.Select(value => new[] { value })) : await reader.ReadAsync(values);
        return [.. values.Zip(answers).Where(pair => pair.Second.Results.Count > 0 && (isTold || (pair.Second.Id is { } id && ModelReaders.IsSame(id, ForgedFieldGenerator.Ours)))).Select(pair => pair.First)];
    }

    /// <summary>The fields of which OpenDMARC, which is told to trust us, reads a result.</summary>
    public static async Task<List<string>> TakenByOpenDmarcAsync(IReadOnlyList<string> values)
    {
        var read = await OpenDmarcReader.ReadAsync([.. values.Select(value => $"Authentication-Results: {value}\r\n")]);
        return [.. values.Zip(read).Where(pair => !pair.Second.SequenceEqual(["spf -1"])).Select(pair => pair.First)];
    }
}
