using System.Buffers.Binary;
using System.Formats.Asn1;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>RFC 6962 section 3.3: a list of vectors, each with its length in two bytes, wherever it is cut.</summary>
public class TimestampListTests
{
    private const int ItemLength = 2 + 41;

    private static readonly DateTimeOffset Time = new(2026, 11, 30, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Wherever_the_list_ends_the_whole_timestamps_before_are_read()
    {
        byte[] items = [.. Item(0, Time), .. Item(0, Time.AddDays(1)), .. Item(0, Time.AddDays(2))];
        for (var length = 0; length <= items.Length; length++)
        {
            var read = TimestampList.Read(Extension(Vector(items[..length])));

            Assert.Equal(Enumerable.Range(0, length / ItemLength).Select(day => Time.AddDays(day)), read.Select(timestamp => timestamp.Time));
            Assert.All(read, timestamp => Assert.Equal(string.Concat(Enumerable.Repeat("07", 32)), timestamp.LogId));
        }
    }

    [Fact]
    public void A_list_that_is_shorter_than_it_says_is_none()
    {
        var list = Vector(Item(0, Time));
        for (var length = 0; length < list.Length; length++)
        {
            Assert.Empty(TimestampList.Read(Extension(list[..length])));
        }

        Assert.Single(TimestampList.Read(Extension(list)));
    }

    [Fact]
    public void Another_version_a_short_item_and_a_time_outside_the_calendar_are_left_out()
    {
        var last = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        byte[] items = [.. Item(1, Time), .. Vector(new byte[40]), .. Item(0, last + 1), .. Item(0, last)];

        Assert.Equal(last, Assert.Single(TimestampList.Read(Extension(Vector(items)))).Time.ToUnixTimeMilliseconds());
    }

    // Each length of an item: the prefix of 41 octets, and what follows it.
    [Fact]
    public void An_item_has_a_version_a_log_a_time_and_more()
    {
        byte[] log = [.. Enumerable.Range(1, 32).Select(static number => (byte)number)];
        byte[] item = [0, .. log, 0, 0, 0, 0, 0, 1, 2, 3, 99, 98];
        for (var length = 0; length <= item.Length; length++)
        {
            Assert.Equal(
                length < 41 ? [] : ["1970-01-01 00:01:06 UTC in " + Convert.ToHexStringLower(log)],
                TimestampList.Read(Extension(Vector(Vector(item[..length])))).Select(static timestamp => timestamp.ToString()));
        }

        for (var version = 0; version < 256; version++)
        {
            Assert.Equal(version == 0 ? 1 : 0, TimestampList.Read(Extension(Vector(Vector([(byte)version, .. item[1..]])))).Length);
        }

        Assert.Equal("1.3.6.1.4.1.11129.2.4.2", TimestampList.ExtensionOid);
    }

    // A length in two octets; an empty item does not end the list.
    [Fact]
    public void Items_of_any_length_are_passed_over()
    {
        byte[] items = [.. Vector([]), .. Vector(new byte[300]), .. Item(0, Time), .. Vector([1]), .. Item(0, Time.AddDays(1))];
        Assert.Equal([DateTimeOffset.UnixEpoch, Time, Time.AddDays(1)], TimestampList.Read(Extension(Vector(items))).Select(static timestamp => timestamp.Time));
        Assert.Empty(TimestampList.Read([4, 0]));
        Assert.Empty(TimestampList.Read([4, 1, 0]));
        Assert.Empty(TimestampList.Read([4, 2, 0, 0]));
        Assert.Empty(TimestampList.Read([]));
        Assert.Empty(TimestampList.Read([5, 0]));
        Assert.Empty(TimestampList.Read([4, 2, 0]));
        Assert.False(TimestampList.Read([5]).IsDefault);
    }

    private static byte[] Item(byte version, DateTimeOffset time) => Item(version, time.ToUnixTimeMilliseconds());

    private static byte[] Item(byte version, long milliseconds)
    {
        var time = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, milliseconds);
        return Vector([version, .. Enumerable.Repeat((byte)7, 32), .. time]);
    }

    private static byte[] Vector(byte[] content) => [(byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static byte[] Extension(byte[] list)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(list);
        return writer.Encode();
    }
}
