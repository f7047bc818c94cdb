using System.Buffers;
using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Envelopes;
using Xunit;

namespace EmailAuth.Cli.Tests.Envelopes;

/// <summary>What is taken from the trace fields of a stored message, and from which field, for the servers in use: testdata/envelopes/layouts.jsonl.</summary>
public class HeaderLayoutTests
{
    private static readonly IReadOnlyList<JsonElement> Rows = EnvelopeRows.Read("layouts.jsonl");

    private static readonly EnvelopeChoice Nothing = new(null, null, null, null, null);

    public static TheoryData<string> Ids => [.. Rows.Select(static row => row.GetProperty("id").GetString()!)];

    [Fact]
    public void The_table_has_at_least_30_layouts_each_once()
    {
        Assert.True(Rows.Count >= 30);
        Assert.Equal(Rows.Count, Rows.Select(static row => row.GetProperty("id").GetString()).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_envelope_is_taken_from_the_fields_that_the_row_names(string id)
    {
        var row = RowOf(id);
        var message = EnvelopeRows.Message(row, "joe@example.com");

        var ofCrlf = StoredEnvelopeReader.Read(Nothing, message, EnvelopeRows.MailboxLine(row));
        var ofLf = StoredEnvelopeReader.Read(
            Nothing, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(message).Replace("\r\n", "\n", StringComparison.Ordinal)), EnvelopeRows.MailboxLine(row));

        Assert.Equal(Expected(row), Found(row, ofCrlf));
        Assert.Equal(Expected(row), Found(row, ofLf));
        Assert.True(ofCrlf.Envelope.IsReconstructed);
        Assert.NotNull(ofCrlf.Describe());
    }

    // Where the field and those above give all of the envelope, the user's word for it is enough.
    [Theory]
    [MemberData(nameof(Ids))]
    public void A_border_that_is_named_by_its_number_gives_the_same_client(string id)
    {
        var row = RowOf(id);
        var message = EnvelopeRows.Message(row, "joe@example.com");
        var guessed = StoredEnvelopeReader.Read(Nothing, message, EnvelopeRows.MailboxLine(row));
        if (guessed.Line is not { } line)
        {
            return;
        }

        var chosen = StoredEnvelopeReader.Read(Nothing with { Border = new BorderChoice(null, line), MailFrom = "joe@example.com" }, message, null);
        Assert.False(chosen.Envelope.IsReconstructed);
        Assert.Equal((guessed.Envelope.ClientAddress, guessed.Time, line), (chosen.Envelope.ClientAddress, chosen.Time, chosen.Line));
    }

    [Fact]
    public void What_the_user_gives_takes_the_place_of_what_the_message_says()
    {
        var message = EnvelopeRows.Message(RowOf("postfix"), "joe@example.com");
        var now = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var found = StoredEnvelopeReader.Read(Nothing with { Helo = "h.example", MailFrom = "a@b.example", Now = now }, message, null);

        Assert.Equal(("h.example", "a@b.example", now), (found.Envelope.Helo, found.Envelope.MailFrom, found.Time));
        Assert.Equal((EnvelopeSource.Received, EnvelopeSource.Option, EnvelopeSource.Option), (found.ClientSource, found.MailFromSource, found.TimeSource));
        Assert.True(found.Envelope.IsReconstructed);

        // With the client nothing is read.
        var given = StoredEnvelopeReader.Read(Nothing with { ClientAddress = System.Net.IPAddress.Parse("198.51.100.1") }, message, "From a@b.example Thu Nov 26 10:00:00 2026");
        Assert.Equal((false, null, null, null), (given.Envelope.IsReconstructed, given.Envelope.Helo, given.Envelope.MailFrom, given.Time));
        Assert.Null(given.Describe());
    }

    [Fact]
    public void A_header_of_any_size_is_read_in_bounded_work()
    {
        var many = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Received: from a ((((((\r\n", 9_000)) + "From: a@example.com\r\n\r\n");
        var long1 = Encoding.UTF8.GetBytes("Received: from " + new string('"', 900_000) + "\r\nReceived-SPF: " + new string('(', 90_000) + "\r\n\r\n");

        Assert.Null(StoredEnvelopeReader.Read(Nothing, many, null).Envelope.ClientAddress);
        Assert.Null(StoredEnvelopeReader.Read(Nothing, long1, null).Envelope.ClientAddress);
        Assert.Null(StoredEnvelopeReader.Read(Nothing, ReadOnlyMemory<byte>.Empty, null).Envelope.ClientAddress);
    }

    private static JsonElement RowOf(string id) => Rows.Single(row => row.GetProperty("id").GetString() == id);

    private static string Expected(JsonElement row) =>
        string.Join("\n", row.GetProperty("envelope").EnumerateObject().Select(static member => $"{member.Name}: {member.Value}"));

    // The members that the row has, in its order.
    private static string Found(JsonElement row, StoredEnvelope envelope)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            envelope.WriteTo(json);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        var found = document.RootElement.GetProperty("envelope").Clone();
        return string.Join("\n", row.GetProperty("envelope").EnumerateObject().Select(member => $"{member.Name}: {found.GetProperty(member.Name)}"));
    }
}
