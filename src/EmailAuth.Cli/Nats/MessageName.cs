using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Cli.Nats;

/// <summary>The name of a message as one token of a subject. Its result is stored under it, so that there can be only one.</summary>
internal static class MessageName
{
    /// <summary>The header in which a publisher names a message.</summary>
    public const string IdHeader = "Nats-Msg-Id";

    private const int MaxPlainLength = 64;

    // Neither is one of the characters of plain ids, so that no publisher can choose such a name.
    private const char HashMark = '~';
    private const char SequenceMark = '@';

    private static readonly SearchValues<char> Plain = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>Names a message.</summary>
    /// <param name="id">The id that its publisher gave it; null without.</param>
    /// <param name="sequence">Its number in the stream.</param>
    /// <param name="stored">When it was stored. A stream that is deleted and made again has the same numbers again, but not at the same times.</param>
    public static string Of(string? id, ulong sequence, DateTimeOffset stored)
    {
        if (string.IsNullOrEmpty(id))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{SequenceMark}{sequence}-{stored.UtcTicks:x}");
        }

        return id.Length <= MaxPlainLength && !id.AsSpan().ContainsAnyExcept(Plain)
            ? id
            : HashMark + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }
}
