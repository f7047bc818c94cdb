using System.Collections.Immutable;
using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>The whole table of settings, and what each row does with values at and beyond its ends.</summary>
public class SettingsTableTests
{
    [Fact]
    public void The_table_is_that_of_all_sections() =>
        Assert.Equal([.. GeneralSettings.Rows, .. MethodSettings.Rows, .. BimiSettings.Rows, .. PolicySettings.Rows, .. DnsSettings.Rows], EmailAuthSettings.Table.AsEnumerable());

    /// <summary>All that rows say of themselves, for a page.</summary>
    internal static IEnumerable<string> Lines(ImmutableArray<Setting> rows)
    {
        var defaults = new EmailAuthSettings();
        return rows.SelectMany(row => (string[])
        [
            row.Path + (row.IsRequired ? " (required)" : string.Empty),
            $"  is {row.Expected}",
            $"  schema {row.Schema}",
            $"  default {row.ValueIn(defaults) ?? "none"}",
            $"  ends {string.Join(" and ", row.Ends)}",
            $"  {row.Text}",
        ]);
    }

    [Fact]
    public void Each_end_is_read_as_itself_and_one_beyond_is_refused()
    {
        foreach (var row in EmailAuthSettings.Table.Where(static row => !row.Ends.IsEmpty))
        {
            foreach (var end in row.Ends)
            {
                var (settings, errors) = Read(row, end);
                Assert.True(errors.IsEmpty, row.Path);
                Assert.Equal((row.Path, end), (row.Path, row.ValueIn(settings)));
            }

            foreach (var beyond in Beyond(row))
            {
                Assert.Equal((row.Path, $"'{beyond}' is not {row.Expected}"), (row.Path, Assert.Single(Read(row, beyond).Errors.ToImmutable()).Reason));
            }
        }
    }

    [Fact]
    public void No_value_that_a_form_takes_is_refused_by_its_option()
    {
        foreach (var row in EmailAuthSettings.Table)
        {
            Assert.All(MadeSettings.ValuesOfEveryKind(row), value => Assert.DoesNotContain(
                Read(row, value).Errors.ToImmutable(), static error => error.Reason.StartsWith("the value is refused", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void A_value_that_only_its_option_refuses_is_an_error_of_the_configuration()
    {
        var row = new Setting<EmailAuthSettings, bool>("Made:Up", SettingForm.Flag, static _ => false, static (_, value) => throw new ArgumentException("Not today.", nameof(value)), "made up");
        var error = Assert.Single(Read(row, "true").Errors.ToImmutable());
        Assert.Equal((SettingsErrorCode.InvalidValue, "Made:Up", "the value is refused: Not today."), (error.Code, error.Path, error.Reason));
    }

    [Theory]
    [InlineData(16, null)]
    [InlineData(17, "Dns:Servers: it has 17 values, and may have 16")]
    public void Dns_servers_are_at_most_16(int count, string? expected)
    {
        var row = EmailAuthSettings.Table.Single(static row => row.Path == "Dns:Servers");
        var errors = Read(row, string.Join(',', Enumerable.Range(1, count).Select(static number => $"192.0.2.{number}"))).Errors.ToImmutable();
        Assert.Equal(expected, errors.SingleOrDefault()?.ToString());
        Assert.Contains("\"maxItems\": 16", row.Schema, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx.example.org", "mx.example.org")]
    [InlineData("unknown", "unknown")]
    [InlineData("MX_1.b\u00fccher.example", "mx_1.xn--bcher-kva.example")]
    [InlineData("a b", null)]
    [InlineData("mx.example.org%{l}", null)]
    [InlineData("a..b", null)]
    [InlineData("mx@example.org", null)]
    public void The_receiver_of_a_macro_is_a_host_name(string text, string? receiver)
    {
        var (settings, errors) = Read(EmailAuthSettings.Table.Single(static row => row.Path == "Spf:Receiver"), text);
        Assert.Equal((receiver is null, receiver), (!errors.IsEmpty, settings.ToOptions().Spf.Receiver));
    }

    // RFC 5322 section 2.2 for names of fields; a host name for a macro; an authserv-id of one word.
    [Theory]
    [InlineData("Dkim:RequiredOversignedFields", "!\"#$%&'()*+-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~")]
    [InlineData("Spf:Receiver", "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")]
    [InlineData("AuthservId", "!#$%&'*+-./0123456789:<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~")]
    public void A_name_is_made_of_these_characters_of_ascii(string path, string characters)
    {
        var row = EmailAuthSettings.Table.Single(row => row.Path == path);
        var list = path.EndsWith("Fields", StringComparison.Ordinal);

        // A comma divides the names of a list.
        var taken = Enumerable.Range(0, 128).Select(static code => (char)code).Where(c => !(list && c == ',') && Read(row, $"a{c}b").Errors.IsEmpty);
        Assert.Equal(characters, string.Concat(taken));
        Assert.Equal(list, !Read(row, "a\u00e4b").Errors.IsEmpty);
        Assert.False(Read(row, "a\u0085b").Errors.IsEmpty);
    }

    [Theory]
    [InlineData(255, 0, true)]
    [InlineData(256, 0, false)]
    [InlineData(0, 127, true)]
    [InlineData(1, 127, true)]
    [InlineData(0, 128, false)]
    public void An_authserv_id_has_at_most_255_bytes(int single, int twice, bool isTaken) =>
        Assert.Equal(isTaken, Read(EmailAuthSettings.Table.Single(static row => row.Path == "AuthservId"), new string('a', single) + new string('\u00e4', twice)).Errors.IsEmpty);

    [Fact]
    public void The_defaults_have_a_name_that_no_configuration_leaves()
    {
        Assert.Equal("localhost", new EmailAuthSettings().ToOptions().AuthservId);
        Assert.Equal("AuthservId", Assert.Single(EmailAuthSettings.Table, static row => row.IsRequired).Path);
    }

    private static IEnumerable<string> Beyond(Setting row)
    {
        if (row.Expected.StartsWith("a time", StringComparison.Ordinal))
        {
            Assert.True(DurationText.TryParse(row.Ends[0], out var least), row.Path);
            Assert.True(DurationText.TryParse(row.Ends[1], out var most), row.Path);
            var tick = TimeSpan.FromMilliseconds(1);
            return least == TimeSpan.Zero ? [DurationText.Write(most + tick)] : [DurationText.Write(least - tick), DurationText.Write(most + tick)];
        }

        return row.Ends.Select((end, index) => (Int128.Parse(end, System.Globalization.CultureInfo.InvariantCulture) + (index == 0 ? -1 : 1)).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static (EmailAuthSettings Settings, SettingsErrors Errors) Read(Setting row, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(row.Path, value)]).Build();
        var (settings, errors) = (new EmailAuthSettings(), new SettingsErrors(configuration));
        row.Read(configuration.GetSection(row.Path), settings, errors);
        return (settings, errors);
    }
}
