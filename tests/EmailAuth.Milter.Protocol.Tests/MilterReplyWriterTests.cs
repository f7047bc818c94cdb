using System.Buffers;
using System.Collections.Immutable;
using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterReplyWriterTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    public void An_inserted_field_has_its_place_its_name_and_its_value_with_lines_separated_by_LF()
    {
        _output.WriteInsertHeader(0, "Authentication-Results", "mx.example.org;\r\n\tspf=pass", leadingSpace: false);

        var answer = Single();
        Assert.Equal(MilterReply.InsertHeader, answer.Reply);
        Assert.Equal(0, answer.Index);
        Assert.Equal("Authentication-Results|mx.example.org;\n\tspf=pass|", answer.Text);
    }

    [Fact]
    public void With_leading_spaces_agreed_on_we_write_the_space_after_the_colon()
    {
        _output.WriteInsertHeader(0, "Authentication-Results", "mx.example.org; none", leadingSpace: true);

        Assert.Equal("Authentication-Results| mx.example.org; none|", Single().Text);
    }

    [Fact]
    public void A_removed_field_is_one_with_an_empty_value()
    {
        _output.WriteChangeHeader(3, "BIMI-Location", "", leadingSpace: true);

        var answer = Single();
        Assert.Equal(MilterReply.ChangeHeader, answer.Reply);
        Assert.Equal(3, answer.Index);
        Assert.Equal("BIMI-Location||", answer.Text);
    }

    // A disguised name (RFC 8601 section 5) is found by the MTA only byte by byte.
    [Fact]
    public void The_name_of_a_removed_field_is_sent_with_its_original_bytes()
    {
        _output.WriteChangeHeader(1, "Aut\u00e3\u0080\u0082hentication-Results", "", leadingSpace: true);

        Assert.Equal([0, 0, 0, 1, .. "Aut\u3002hentication-Results\0\0"u8], Single().Payload);
    }

    [Theory]
    [InlineData("550 5.7.26 100% sure", "550 5.7.26 100%% sure|")] // the MTA takes it as a format
    [InlineData("550 5.7.26 two\r\nlines", "550 5.7.26 two lines|")] // a second line would be a reply of its own
    [InlineData("550 5.7.26 cut\0here", "550 5.7.26 cut|")]
    public void A_reply_is_one_line_with_its_percent_signs_doubled(string reply, string expected)
    {
        _output.WriteReplyCode(reply);

        Assert.Equal(MilterReply.ReplyCode, Single().Reply);
        Assert.Equal(expected, Single().Text);
    }

    [Fact]
    public void A_quarantine_has_its_reason()
    {
        _output.WriteQuarantine("dmarc=fail");

        Assert.Equal(MilterReply.Quarantine, Single().Reply);
        Assert.Equal("dmarc=fail|", Single().Text);
    }

    [Theory]
    [InlineData(0, "0")] // an empty body is one too
    [InlineData(65_535, "65535")] // the longest piece
    [InlineData(65_536, "65535 1")]
    [InlineData(200_000, "65535 65535 65535 3395")]
    public void A_body_is_sent_in_pieces_that_an_MTA_accepts(int length, string pieces)
    {
        _output.WriteBody(new byte[length]);

        var answers = Answer.ReadAll(_output.WrittenSpan);
        Assert.All(answers, answer => Assert.Equal(MilterReply.ReplaceBody, answer.Reply));
        Assert.Equal(pieces, string.Join(' ', answers.Select(answer => answer.Payload.Length)));
    }

    [Fact]
    public void The_answer_to_an_offer_lists_the_macros_if_the_MTA_allows_that()
    {
        Negotiate(Packets.Offer());

        var answer = Single();
        Assert.Equal((byte)'O', answer.Code);
        Assert.Equal(6u, answer.UInt32(0));
        Assert.Equal(0u, answer.UInt32(12));
        Assert.Equal("j {client_addr}\0"u8, answer.Payload.AsSpan(16, 16));
        Assert.Equal(5u, answer.UInt32(32));
        Assert.Equal("i\0"u8, answer.Payload.AsSpan(36));
    }

    [Fact]
    public void An_older_MTA_gets_only_the_three_numbers()
    {
        Negotiate(Packets.Offer(2, (MilterActions)0x3f, (MilterSteps)0x7f));

        Assert.Equal(12, Single().Payload.Length);
    }

    private void Negotiate(byte[] offer)
    {
        var options = new MilterConnectionOptions
        {
            Macros = ImmutableSortedDictionary<MilterMacroStage, string>.Empty
                .Add(MilterMacroStage.EndOfMessage, "i").Add(MilterMacroStage.Connect, "j {client_addr}"),
        };
        _output.WriteNegotiation(MilterNegotiation.Answer(offer.AsSpan(5), options, out _)!, options.Macros);
    }

    private Answer Single() => Assert.Single(Answer.ReadAll(_output.WrittenSpan));
}
