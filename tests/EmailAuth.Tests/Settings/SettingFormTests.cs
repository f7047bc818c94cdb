using System.Globalization;
using System.Security.Cryptography;
using EmailAuth.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The forms of values: what each reads, writes and says of a wrong one.</summary>
public class SettingFormTests
{
    [Fact]
    public void A_flag_is_a_word()
    {
        Assert.Equal(("true or false", """{ "type": "boolean" }""", "true", "false"), (SettingForm.Flag.Expected, SettingForm.Flag.Schema, SettingForm.Flag.Write(true), SettingForm.Flag.Write(false)));
        Assert.Empty(SettingForm.Flag.Ends);
        Assert.Equal("true: True, False: False, TRUE: True, 1: no, yes: no, : no", All(SettingForm.Flag, "true", "False", "TRUE", "1", "yes", ""));
    }

    [Fact]
    public void A_whole_number_has_digits_alone()
    {
        var form = SettingForm.Number(2, 20L);
        Assert.Equal("a whole number from 2 to 20", form.Expected);
        Assert.Equal("""{ "type": "integer", "minimum": 2, "maximum": 20 }""", form.Schema);
        Assert.Equal([2L, 20L], form.Ends);
        Assert.Equal("1: no, 2: 2, 3: 3, 19: 19, 20: 20, 21: no, 002: 2, +3: no, -3: no,  3: no, 3 : no, 3.0: no, 1e1: no, 0x3: no, 3,0: no",
            All(form, "1", "2", "3", "19", "20", "21", "002", "+3", "-3", " 3", "3 ", "3.0", "1e1", "0x3", "3,0"));
        Assert.Equal("1234567", SettingForm.Number(0, int.MaxValue).Write(1234567));
    }

    [Fact]
    public void A_time_has_a_unit()
    {
        var form = SettingForm.Time(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        Assert.Equal("a time from 1s to 2m, such as 500ms, 30s, 5m, 2h or 1d", form.Expected);
        Assert.Equal("""{ "type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$" }""", form.Schema);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2)], form.Ends);
        Assert.Equal("999ms: no, 1000ms: 00:00:01, 1s: 00:00:01, 2m: 00:02:00, 120001ms: no, 121s: no, 1: no", All(form, "999ms", "1000ms", "1s", "2m", "120001ms", "121s", "1"));
        Assert.Equal("90s", form.Write(TimeSpan.FromSeconds(90)));
    }

    [Fact]
    public void One_of_some_members_is_a_name_in_any_case()
    {
        var two = SettingForm.OneOf(DayOfWeek.Monday, DayOfWeek.Friday);
        var three = SettingForm.OneOf(DayOfWeek.Monday, DayOfWeek.Friday, DayOfWeek.Sunday);
        Assert.Equal("monday or friday", two.Expected);
        Assert.Equal("one of monday, friday and sunday", three.Expected);
        Assert.Equal("""{ "enum": [ "monday", "friday", "sunday" ] }""", three.Schema);
        Assert.Equal("monday: Monday, FRIDAY: Friday, Sunday: Sunday, tuesday: no, 1: no, mon: no, : no", All(three, "monday", "FRIDAY", "Sunday", "tuesday", "1", "mon", ""));
        Assert.Equal("friday", three.Write(DayOfWeek.Friday));
        Assert.False(two.TryParse("tuesday", out var none));
        Assert.Equal(DayOfWeek.Sunday, none);
    }

    [Fact]
    public void A_network_is_written_with_its_length()
    {
        Assert.Equal("a network such as 192.0.2.0/24", SettingForm.Network.Expected);
        Assert.Equal("""{ "type": "string" }""", SettingForm.Network.Schema);
        Assert.Equal("192.0.2.0/24: 192.0.2.0/24, 192.0.2.1: 192.0.2.1/32, 192.0.2: no, x: no", All(SettingForm.Network, "192.0.2.0/24", "192.0.2.1", "192.0.2", "x"));
        Assert.Equal("192.0.2.0/24", SettingForm.Network.Write(System.Net.IPNetwork.Parse("192.0.2.0/24")));
    }

    [Fact]
    public void A_server_has_the_usual_port_unless_it_names_one()
    {
        Assert.Equal("the address of a server, such as 192.0.2.53 or [2001:db8::53]:53", SettingForm.Server(53).Expected);
        Assert.Equal("ADDRESS:PORT", SettingForm.Server(0).Expected);
        string[] texts = ["192.0.2.1", "192.0.2.1:1", "192.0.2.1:0", "2001:db8::1", "[2001:db8::1]:54", "a.example", "192.0.2.1:65535", "192.0.2.1:65536"];
        Assert.Equal(
            "192.0.2.1: 192.0.2.1:53, 192.0.2.1:1: 192.0.2.1:1, 192.0.2.1:0: no, 2001:db8::1: [2001:db8::1]:53, [2001:db8::1]:54: [2001:db8::1]:54, a.example: no, "
            + "192.0.2.1:65535: 192.0.2.1:65535, 192.0.2.1:65536: no",
            All(SettingForm.Server(53), texts));
        Assert.Equal(
            "192.0.2.1: no, 192.0.2.1:1: 192.0.2.1:1, 192.0.2.1:0: no, 2001:db8::1: no, [2001:db8::1]:54: [2001:db8::1]:54, a.example: no, 192.0.2.1:65535: 192.0.2.1:65535, 192.0.2.1:65536: no",
            All(SettingForm.Server(0), texts));
        Assert.Equal("192.0.2.1:1: 192.0.2.1:1, 192.0.2.1: 192.0.2.1:1", All(SettingForm.Server(1), "192.0.2.1:1", "192.0.2.1"));
        string[] mistakes = ["192.0.53", "53", "010.0.0.53", "127.1", "0x7f.0.0.1", "127.1:53", "[2001:db8::1]:0", "2001:db8::0"];
        Assert.Equal("192.0.53: no, 53: no, 010.0.0.53: no, 127.1: no, 0x7f.0.0.1: no, 127.1:53: no, [2001:db8::1]:0: no, 2001:db8::0: [2001:db8::]:53", All(SettingForm.Server(53), mistakes));
        Assert.False(SettingForm.Server(0).TryParse("192.0.2.1", out var server));
        Assert.Null(server);
        Assert.Equal(("192.0.2.1:5", null), (SettingForm.Server(0).Write(new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.1"), 5)), SettingForm.Server(0).Write(null!)));
    }

    [Fact]
    public void A_value_whose_absence_has_a_meaning_is_otherwise_as_its_form()
    {
        var form = SettingForm.Optional(SettingForm.Number(2, 20));
        Assert.Equal(("a whole number from 2 to 20", """{ "type": "integer", "minimum": 2, "maximum": 20 }"""), (form.Expected, form.Schema));
        Assert.Equal([2, 20], form.Ends.Select(static end => end!.Value));
        Assert.Equal("2: 2, 1: no", All(form, "2", "1"));
        Assert.Equal(("7", null), (form.Write(7), form.Write(null)));
        Assert.False(form.TryParse("1", out var none));
        Assert.Null(none);
    }

    [Fact]
    public void A_list_is_an_array_or_a_text_with_commas()
    {
        var form = SettingForm.List(SettingForm.Number(2, 20));
        Assert.Equal("a list, each a whole number from 2 to 20", form.Expected);
        Assert.Equal("""{ "anyOf": [ { "type": "array", "items": { "type": "integer", "minimum": 2, "maximum": 20 } }, { "type": "string" } ] }""", form.Schema);
        Assert.Equal("2, 3", form.Write([2, 3]));
        Assert.False(form.TryParse("2", out var none));
        Assert.True(none.IsDefault);
    }

    [Theory]
    [InlineData("X=2", "2")]
    [InlineData("X= 2 ,, 3 ,", "2,3")]
    [InlineData("X=", "")]
    [InlineData("X= ", "")]
    [InlineData("X=,", "")]
    [InlineData("X:0=2|X:1= 3 ", "2,3")]
    [InlineData("X=4|X:0=2", "4")]
    [InlineData("X:0=1|X:1=2|X:2=99", "none; X:0: '1' is not a whole number from 2 to 20; X:2: '99' is not a whole number from 2 to 20")]
    [InlineData("X=1,2", "none; X: '1' is not a whole number from 2 to 20")]
    [InlineData("X:0=", "none; X:0: '' is not a whole number from 2 to 20")]
    [InlineData("X:0:a=2", "none; X:0: '' is not a whole number from 2 to 20")]
    [InlineData("Y=1", "none")]
    public void The_values_of_a_list_are_read_with_the_places_of_their_errors(string keys, string expected)
    {
        var (section, errors) = Section(keys);
        var text = SettingForm.List(SettingForm.Number(2, 20)).TryRead(section, errors, out var value) ? string.Join(',', value) : "none";
        Assert.Equal(expected, string.Concat(errors.ToImmutable().Select(static error => "; " + error).Prepend(text)));
        Assert.Equal(text == "none", value.IsDefault);
    }

    [Theory]
    [InlineData("X=2,3", true)]
    [InlineData("X=2,3,4", false)]
    [InlineData("X:0=2|X:1=3|X:2=4", false)]
    public void A_list_of_too_many_values_is_not_read(string keys, bool isRead)
    {
        var (section, errors) = Section(keys);
        Assert.Equal(isRead, new SettingListForm<int>(SettingForm.Number(2, 20), 2).TryRead(section, errors, out var value));
        Assert.Equal(!isRead, value.IsDefault);
        Assert.Equal(isRead ? "" : "X: it has 3 values, and may have 2", string.Concat(errors.ToImmutable().Select(static error => error.ToString())));
    }

    [Theory]
    [InlineData("X=2", "2")]
    [InlineData("X= 2 ", "2")]
    [InlineData("X=", "none")]
    [InlineData("X=\t ", "none")]
    [InlineData("Y=2", "none")]
    [InlineData("X=1", "none; X: '1' is not a whole number from 2 to 20")]
    [InlineData("X:0=2", "none; X: one value is expected, not a list or an object")]
    [InlineData("X=2|X:0=2", "none; X: one value is expected, not a list or an object")]
    public void One_value_is_read_without_the_white_space_around_it(string keys, string expected)
    {
        var (section, errors) = Section(keys);
        var text = SettingForm.Number(2, 20).TryRead(section, errors, out var value) ? value.ToString(CultureInfo.InvariantCulture) : "none";
        Assert.Equal(expected, string.Concat(errors.ToImmutable().Select(static error => "; " + error).Prepend(text)));
        Assert.All(errors.ToImmutable(), static error => Assert.Equal(SettingsErrorCode.InvalidValue, error.Code));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, false)]
    [InlineData(61, true)]
    public void A_long_value_is_cut_where_it_is_shown(int length, bool isCut)
    {
        var (section, errors) = Section("X=" + new string('9', length));
        Assert.False(SettingForm.Flag.TryRead(section, errors, out _));
        Assert.Equal($"X: '{new string('9', Math.Min(60, length))}{(isCut ? "..." : null)}' is not true or false", Assert.Single(errors.ToImmutable()).ToString());
    }

    public static TheoryData<string, bool> Mistakes => new()
    {
        { nameof(IOException), true },
        { nameof(FileNotFoundException), true },
        { nameof(UnauthorizedAccessException), true },
        { nameof(InvalidDataException), true },
        { nameof(CryptographicException), true },
        { nameof(ArgumentException), true },
        { nameof(InvalidOperationException), false },
        { nameof(NotSupportedException), false },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void What_a_file_makes_its_reader_throw_is_an_error_of_the_settings(string name, bool isError)
    {
        var form = new SettingFileForm<string>("a file of words", _ => throw Exception(name));
        var (section, errors) = Section("X= a.txt ");
        var thrown = Record.Exception(() => Assert.False(form.TryRead(section, errors, out _)));
        Assert.Equal(isError, thrown is null);
        Assert.Equal(
            isError ? [(SettingsErrorCode.UnreadableFile, "X: 'a.txt' is not a file of words: on purpose")] : [],
            errors.ToImmutable().Select(static error => (error.Code, error.ToString())));
    }

    [Fact]
    public void A_file_is_its_path_and_its_content()
    {
        var form = new SettingFileForm<string>("a file of words", static path => "content of " + path);
        var (section, errors) = Section("X=a.txt");
        Assert.True(form.TryRead(section, errors, out var file));
        Assert.Equal(("a.txt", "content of a.txt", "a.txt", null), (file!.Path, file.Content, form.Write(file), form.Write(null)));
        Assert.False(form.TryParse("a.txt", out var none));
        Assert.Null(none);
        Assert.False(form.TryRead(Section("X=").Section, errors, out none));
        Assert.Null(none);
        Assert.True(errors.IsEmpty);
        Assert.False(form.TryRead(Section("X:0=a.txt").Section, errors, out _));
        Assert.Equal("X: one value is expected, not a list or an object", Assert.Single(errors.ToImmutable()).ToString());
    }

    private static Exception Exception(string name) => name switch
    {
        nameof(IOException) => new IOException("on purpose"),
        nameof(FileNotFoundException) => new FileNotFoundException("on purpose"),
        nameof(UnauthorizedAccessException) => new UnauthorizedAccessException("on purpose"),
        nameof(InvalidDataException) => new InvalidDataException("on purpose"),
        nameof(CryptographicException) => new CryptographicException("on purpose"),
        nameof(ArgumentException) => new ArgumentException("on purpose", (string?)null),
        nameof(NotSupportedException) => new NotSupportedException("on purpose"),
        _ => new InvalidOperationException("on purpose"),
    };

    private static string All<T>(SettingForm<T> form, params string[] texts) =>
        string.Join(", ", texts.Select(text => $"{text}: {(form.TryParse(text, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : "no")}"));

    private static (IConfigurationSection Section, SettingsErrors Errors) Section(string keys)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(keys.Split('|').Select(static pair => pair.Split('=')).Select(static parts => new KeyValuePair<string, string?>(parts[0], parts[1]))).Build();
        return (configuration.GetSection("X"), new SettingsErrors(configuration));
    }
}
