using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>The bytes of collected messages: equal values give equal bytes, and damaged bytes give null.</summary>
public sealed class CollectedMessageCodecTests
{
    private static readonly CollectedMessage Message = CollectedSamples.Numbered(7);

    [Fact]
    public void A_message_reads_back_as_it_was()
    {
        var bytes = CollectedMessageCodec.Write(Message);
        var read = CollectedMessageCodec.Read(bytes);

        Assert.Equivalent(Message, read, strict: true);
        Assert.Equal(bytes, CollectedMessageCodec.Write(read!));
    }

    [Fact]
    public void Equal_rows_and_policies_have_equal_bytes()
    {
        Assert.Equal(CollectedMessageCodec.WriteRow(CollectedSamples.Row(3)), CollectedMessageCodec.WriteRow(CollectedSamples.Row(3)));
        Assert.NotEqual(CollectedMessageCodec.WriteRow(CollectedSamples.Row(3)), CollectedMessageCodec.WriteRow(CollectedSamples.Row(4)));
        Assert.NotEqual(
            CollectedMessageCodec.WritePolicy(CollectedSamples.Policy, ["mailto:a@example.com"]),
            CollectedMessageCodec.WritePolicy(CollectedSamples.Policy, ["mailto:b@example.com"]));
    }

    [Fact]
    public void The_count_is_not_part_of_a_row()
    {
        var row = CollectedSamples.Row(1);
        var counted = new AggregateRecord { SourceAddress = row.SourceAddress, Count = 9, Disposition = row.Disposition, Dkim = row.Dkim, Spf = row.Spf, HeaderFrom = row.HeaderFrom };
        var single = new AggregateRecord { SourceAddress = row.SourceAddress, Disposition = row.Disposition, Dkim = row.Dkim, Spf = row.Spf, HeaderFrom = row.HeaderFrom };

        Assert.Equal(CollectedMessageCodec.WriteRow(single), CollectedMessageCodec.WriteRow(counted));
        Assert.Equal(1, CollectedMessageCodec.ReadRow(CollectedMessageCodec.WriteRow(counted))!.Count);
    }

    public static TheoryData<string, string> OddNames => new()
    {
        { "", "an empty name is not a missing one" },
        { new string('x', 300), "longer than one group of seven bits" },
        { "bücher.example", "more bytes than characters" },
        { "a\u0000b", "a control character" },
    };

    [Theory, MemberData(nameof(OddNames))]
    public void Names_of_all_forms_read_back(string name, string why)
    {
        var row = new AggregateRecord { SourceAddress = "::1", Disposition = AggregateDisposition.Reject, Dkim = AlignedResult.Fail, Spf = AlignedResult.Fail, HeaderFrom = name, EnvelopeTo = name };
        var read = CollectedMessageCodec.ReadRow(CollectedMessageCodec.WriteRow(row));

        Assert.True(read is not null, why);
        Assert.Equivalent(row, read, strict: true);
        Assert.Null(read.EnvelopeFrom);
    }

    [Fact]
    public void The_time_is_rounded_down_so_that_it_stays_in_its_day()
    {
        var message = new CollectedMessage
        {
            ReceivedAt = new DateTimeOffset(2026, 11, 29, 23, 59, 59, 999, TimeSpan.Zero).AddTicks(9_999),
            Policy = Message.Policy,
            ReportUris = Message.ReportUris,
            Record = Message.Record,
        };

        Assert.Equal(29, CollectedMessageCodec.Read(CollectedMessageCodec.Write(message))!.ReceivedAt.Day);
    }

    [Fact]
    public void Bytes_that_end_early_or_late_are_refused()
    {
        var bytes = CollectedMessageCodec.Write(Message);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(CollectedMessageCodec.Read(bytes.AsSpan(0, length)));
        }

        Assert.Null(CollectedMessageCodec.Read([.. bytes, 0]));
    }

    [Fact]
    public void A_changed_bit_never_throws_and_never_gives_another_form_of_the_same_value()
    {
        var bytes = CollectedMessageCodec.Write(Message);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            // What is readable is written as the same bytes: there is one form of each value.
            if (CollectedMessageCodec.Read(changed) is { } read)
            {
                Assert.Equal(changed, CollectedMessageCodec.Write(read));
            }
        }
    }

    public static TheoryData<byte[], string> Hostile => new()
    {
        { [], "nothing" },
        { [2], "a later version" },
        { [1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "a number of more than 64 bits" },
        { [1, 0, 0x80, 0], "a number in a second form" },
        { [1, 2, 0, 0, 0], "an unknown flag" },
        { [1, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 0], "a time after the last one" },
        { [1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x07], "a length beyond the end" },
    };

    [Theory, MemberData(nameof(Hostile))]
    public void Bytes_of_no_writer_are_refused(byte[] bytes, string why)
    {
        Assert.True(CollectedMessageCodec.Read(bytes) is null, why);
        Assert.Null(CollectedMessageCodec.ReadRow(bytes));
        Assert.Null(CollectedMessageCodec.ReadPolicy(bytes));
    }
}
