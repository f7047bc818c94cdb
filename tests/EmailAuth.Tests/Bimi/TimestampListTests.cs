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
