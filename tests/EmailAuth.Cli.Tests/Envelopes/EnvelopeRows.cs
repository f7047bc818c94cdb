using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Cli.Tests.Envelopes;

/// <summary>The tables of headers in testdata/envelopes: one case a line.</summary>
internal static class EnvelopeRows
{
    public static IReadOnlyList<JsonElement> Read(string file) =>
        [.. File.ReadLines(Repository.PathOf("testdata", "envelopes", file)).Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The message of a row, with the author that the test gives it.</summary>
    public static byte[] Message(JsonElement row, string author) => Encoding.UTF8.GetBytes(
        string.Concat(row.GetProperty("header").EnumerateArray().Select(static field => field.GetString() + "\r\n"))
        + $"From: {author}\r\nSubject: x\r\n\r\nHello\r\n");

    /// <summary>The line of the mbox file that a row is in; null without one.</summary>
    public static string? MailboxLine(JsonElement row) => row.TryGetProperty("mbox", out var line) ? line.GetString() : null;
}
