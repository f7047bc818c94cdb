using System.Globalization;
using EmailAuth.Messages;
using Xunit;

namespace EmailAuth.Tests.Messages;

/// <summary>The parts of a date in a Received field: each name, and both sides of each limit (RFC 5322 sections 3.3 and 4.3).</summary>
public class ReceivedDateTests
{
    [Fact]
    public void Each_edit_of_a_date_is_read_as_the_page_says() => EditedReadings.Check(
        "received-dates.txt",
        " ,:;.-+(9a",
        ["Thu, 6 Nov 2026 10:05:07.5 +0130 (x)", "Thu Nov 26 1:02:3 98 EST", "1 jan 126 23:59 z"],
        (text, _) => [new("date", Read(text))]);

    [Theory]
    [InlineData("Jan", 1)]
    [InlineData("Feb", 2)]
    [InlineData("Mar", 3)]
    [InlineData("Apr", 4)]
    [InlineData("May", 5)]
    [InlineData("Jun", 6)]
    [InlineData("Jul", 7)]
    [InlineData("Aug", 8)]
    [InlineData("Sep", 9)]
    [InlineData("Oct", 10)]
    [InlineData("Nov", 11)]
    [InlineData("Dec", 12)]
    public void Each_month_by_its_name_in_any_letter_case(string name, int month)
    {
        foreach (var written in (string[])[name, name.ToUpperInvariant(), name.ToLowerInvariant(), name + ","])
        {
            Assert.Equal($"2026-{month:00}-06 10:00:00 +00:00", Read($"6 {written} 2026 10:00"));
        }

        foreach (var other in (string[])[name[1..], name[..2], name + "x", "x" + name, "x" + name[1..], name[..2] + "x", "x"])
        {
            Assert.Null(Read($"6 {other} 2026 10:00"));
        }

        Assert.Equal($"2026-{month:00}-06 10:00:00 +00:00", Read($"6 {name} Jan 2026 10:00"));
    }

    [Theory]
    [InlineData("EST", -5)]
    [InlineData("EDT", -4)]
    [InlineData("CST", -6)]
    [InlineData("CDT", -5)]
    [InlineData("MST", -7)]
    [InlineData("MDT", -6)]
    [InlineData("PST", -8)]
    [InlineData("PDT", -7)]
    [InlineData("GMT", 0)]
    [InlineData("UT", 0)]
    [InlineData("Z", 0)]
    [InlineData("CET", 0)]
    [InlineData("ESTX", 0)]
    [InlineData("ES", 0)]
    public void Each_zone_by_its_name_behind_the_time(string name, int hours)
    {
        var offset = hours < 0 ? $"-{-hours:00}:00" : "+00:00";
        foreach (var written in (string[])[name, name.ToLowerInvariant(), name + ","])
        {
            Assert.Equal($"2026-11-06 10:00:00 {offset}", Read($"6 Nov 2026 10:00 {written}"));
            Assert.Equal($"2026-11-06 10:00:00 {offset}", Read($"6 Nov 10:00 {written} 2026"));
        }

        Assert.Equal("2026-11-06 10:00:00 +00:00", Read($"{name} 6 Nov 2026 10:00"));
        Assert.Equal("2026-11-06 10:00:00 +00:00", Read($"6 Nov 2026 {name} 10:00"));
        Assert.Equal($"2026-11-06 10:00:00 {offset}", Read($"6 Nov 2026 10:00 {name} MST"));
        Assert.Equal($"2026-11-06 10:00:00 {offset}", Read($"6 Nov 2026 10:00 {name} +0900"));
        Assert.Equal("2026-11-06 10:00:00 +09:00", Read($"6 Nov 2026 10:00 +0900 {name}"));
    }

    [Theory]
    [InlineData("+0000", "+00:00")]
    [InlineData("-0000", "+00:00")]
    [InlineData("+0001", "+00:01")]
    [InlineData("+0059", "+00:59")]
    [InlineData("+0060", null)]
    [InlineData("+0099", null)]
    [InlineData("+0100", "+01:00")]
    [InlineData("-0130", "-01:30")]
    [InlineData("+1234", "+12:34")]
    [InlineData("+1359", "+13:59")]
    [InlineData("-1359", "-13:59")]
    [InlineData("+1360", null)]
    [InlineData("+1400", null)]
    [InlineData("+9999", null)]
    [InlineData("+100", null)]
    [InlineData("+00100", null)]
    [InlineData("+01a0", null)]
    [InlineData("+", null)]
    [InlineData("-", null)]
    [InlineData("*0100", null)]
    [InlineData(".0100", null)]
    [InlineData("+01:00", null)]
    public void Each_offset_up_to_14_hours(string offset, string? read)
    {
        Assert.Equal($"2026-11-06 10:00:00 {read ?? "+00:00"}", Read($"6 Nov 2026 10:00 {offset}"));
        Assert.Equal($"2026-11-06 10:00:00 {read ?? "+00:00"}", Read(offset.Contains(':', StringComparison.Ordinal) ? "6 Nov 2026 10:00" : $"{offset} 6 Nov 2026 10:00"));
        if (read is null && offset[0] is '+' or '-')
        {
            Assert.Equal($"2026-11-06 10:00:00 {read ?? "+02:00"}", Read($"6 Nov 2026 10:00 {offset} +0200"));
        }
    }

    [Theory]
    [InlineData("10:05", "10:05:00")]
    [InlineData("10:05:07", "10:05:07")]
    [InlineData("1:2:3", "01:02:03")]
    [InlineData("1:2", "01:02:00")]
    [InlineData("00:00:00", "00:00:00")]
    [InlineData("23:59:59", "23:59:59")]
    [InlineData("23:59:60", "23:59:59")]
    [InlineData("10:05:58", "10:05:58")]
    [InlineData("23:59:61", null)]
    [InlineData("23:60:00", null)]
    [InlineData("24:00:00", null)]
    [InlineData("99:00", null)]
    [InlineData("10:05:07.", "10:05:07")]
    [InlineData("10:05:07.999", "10:05:07")]
    [InlineData("10:05:07.x.y", "10:05:07")]
    [InlineData("10:05:07,", "10:05:07")]
    [InlineData("10:05:.5", null)]
    [InlineData("10:05:", null)]
    [InlineData("10:", null)]
    [InlineData(":05", null)]
    [InlineData(":", null)]
    [InlineData("10::07", null)]
    [InlineData("10:05:07:08", null)]
    [InlineData("10:05:07:08:09", null)]
    [InlineData("100:05", null)]
    [InlineData("010:05", null)]
    [InlineData("00010:05", null)]
    [InlineData("10:005", null)]
    [InlineData("10:05:007", null)]
    [InlineData("+1:05", null)]
    [InlineData("10:-5", null)]
    [InlineData("1a:05", null)]
    [InlineData("/0:05", null)]
    [InlineData("10:0/", null)]
    [InlineData("10.05", null)]
    [InlineData("10", null)]
    public void Each_time_of_a_day(string time, string? read)
    {
        Assert.Equal(read is null ? null : $"2026-11-06 {read} +01:00", Read($"6 Nov 2026 {time} +0100"));
        Assert.Equal(read is null ? null : $"2026-11-06 {read} +01:00", Read($"{time} +0100 06, Nov, 2026,"));
        Assert.Equal($"2026-11-06 {read ?? "11:22:33"} +01:00", Read($"6 Nov 2026 {time} 11:22:33 +0100"));
    }

    [Theory]
    [InlineData("0 Jan 2026", false)]
    [InlineData("00 Jan 2026", false)]
    [InlineData("1 Jan 2026", true)]
    [InlineData("01 Jan 2026", true)]
    [InlineData("001 Jan 2026", false)]
    [InlineData("31 Jan 2026", true)]
    [InlineData("32 Jan 2026", false)]
    [InlineData("99 Jan 2026", false)]
    [InlineData("30 Apr 2026", true)]
    [InlineData("31 Apr 2026", false)]
    [InlineData("28 Feb 2026", true)]
    [InlineData("29 Feb 2026", false)]
    [InlineData("29 Feb 2024", true)]
    [InlineData("30 Feb 2024", false)]
    [InlineData("29 Feb 1900", false)]
    [InlineData("29 Feb 2000", true)]
    [InlineData("1 Jan 1899", false)]
    [InlineData("1 Jan 1900", true)]
    [InlineData("31 Dec 9998", true)]
    [InlineData("31 Dec 9999", false)]
    [InlineData("1 Jan 0000", false)]
    [InlineData("1 Jan 02026", false)]
    [InlineData("2026 Jan 1", true)]
    [InlineData("2026 1 Jan", true)]
    [InlineData("Jan 1 2026", true)]
    [InlineData("1 Jan", false)]
    [InlineData("1 2026", false)]
    [InlineData("Jan 2026", false)]
    [InlineData("1a Jan 2026", false)]
    [InlineData("1 Jan 202x", false)]
    [InlineData("1 Jan 2026 2027", true)]
    public void Each_day_that_there_is(string day, bool isDay)
    {
        Assert.Equal(isDay, Read(day + " 10:00:00 +0000") is not null);
        Assert.Null(Read(day));
    }

    // RFC 5322 section 4.3.
    [Theory]
    [InlineData("0", 2000)]
    [InlineData("00", 2000)]
    [InlineData("1", 2001)]
    [InlineData("9", 2009)]
    [InlineData("48", 2048)]
    [InlineData("49", 2049)]
    [InlineData("50", 1950)]
    [InlineData("51", 1951)]
    [InlineData("99", 1999)]
    [InlineData("000", 1900)]
    [InlineData("049", 1949)]
    [InlineData("100", 2000)]
    [InlineData("126", 2026)]
    [InlineData("999", 2899)]
    [InlineData("1900", 1900)]
    [InlineData("2026", 2026)]
    public void Each_form_of_a_year(string written, int year)
    {
        Assert.Equal($"{year}-11-06 10:00:00 +00:00", Read($"6 Nov {written} 10:00:00"));
        Assert.Equal($"{year}-11-06 10:00:00 +00:00", Read($"Nov 6 10:00:00 {written} 1999"));
    }

    [Theory]
    [InlineData("Fri, 6 Nov 2026 10:00:00 +0100", true)]
    [InlineData("a b c 6 Nov 2026 10:00:00 +0100", true)] // eight words
    [InlineData("a b c d 6 Nov 2026 10:00:00 +0100", false)]
    [InlineData("6 Nov 2026 10:00:00 +0100 a b c", true)]
    [InlineData("6 Nov 2026 10:00:00 +0100 a b c d", false)]
    [InlineData("(a) (b) (c) (d) (e) 6 (f) Nov (g) 2026 10:00:00 +0100 (h) (i)", true)]
    [InlineData("6 Nov 2026 10:00:00 +0100 (", true)]
    [InlineData("6 Nov 2026 10:00:00 +0100;", false)]
    [InlineData(";6 Nov 2026 10:00:00 +0100", false)]
    [InlineData("6;Nov 2026 10:00:00 +0100", false)]
    [InlineData("6\r\n Nov\t2026\r\n 10:00:00\r\n +0100\r\n", true)]
    [InlineData("", false)]
    public void A_date_has_at_most_eight_words_and_no_semicolon(string text, bool isRead) =>
        Assert.Equal(isRead ? "2026-11-06 10:00:00 +01:00" : null, Read(text));

    private static string? Read(string text) => ReceivedDate.Read(text)?.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
