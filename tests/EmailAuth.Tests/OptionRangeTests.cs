using System.Reflection;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>Every option with a range: its default, and both sides of both ends.</summary>
public class OptionRangeTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    private static AuthenticationOptions Plain => new() { AuthservId = "mx.example.org" };

    public static TheoryData<string, object, string, object, object, object> Ranges => new()
    {
        { "RFC 7208 section 4.6.4", new SpfOptions(), nameof(SpfOptions.MaxVoidLookups), 2, 0, 65535 },
        { "RFC 7208 section 4.6.4", new SpfOptions(), nameof(SpfOptions.MaxMailHosts), 10, 1, 1000 },
        { "RFC 7208 section 4.6.4", new SpfOptions(), nameof(SpfOptions.MaxPointers), 10, 1, 1000 },
        { "the largest answer", new SpfOptions(), nameof(SpfOptions.MaxRecordLength), 65535, 1, 65535 },
        { "a line of a reply", new SpfOptions(), nameof(SpfOptions.MaxExplanationLength), 1000, 0, 65535 },
        { "RFC 8301 section 3.2", new DkimOptions { MaxRsaBits = 16384 }, nameof(DkimOptions.MinRsaBits), 1024, null!, null! },
        { "one hour at most", new DkimOptions(), nameof(DkimOptions.ClockSkew), TimeSpan.FromSeconds(300), TimeSpan.Zero, null! },
        { "at least what every message has", new MessageLimits(), nameof(MessageLimits.MaxHeaderFields), 10_000, 16, null! },
        { "ten times RFC 5321 section 4.5.3.1.8", new MessageLimits(), nameof(MessageLimits.MaxRecipients), 1000, 0, null! },
        { "a field of 64 KiB", new AuthenticationResultsReaderOptions(), nameof(AuthenticationResultsReaderOptions.MaxLength), 65_536, null!, null! },
        { "a logo is small", new SvgLimits(), nameof(SvgLimits.MaxBytes), 32 * 1024, 1, 16 * 1024 * 1024 },
        { "a logo is flat", new SvgLimits(), nameof(SvgLimits.MaxDepth), 64, 1, null! },
        { "a logo is simple", new SvgLimits(), nameof(SvgLimits.MaxDrawnElements), 10_000, 1, null! },
        { "a report is short", new SvgLimits(), nameof(SvgLimits.MaxViolations), 100, 1, null! },
        { "a lookup has a time", new LookupLimits(), nameof(LookupLimits.LookupTimeout), TimeSpan.FromSeconds(10), Tick, Hour },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void A_range_has_its_default_and_both_its_ends(string why, object options, string name, object standard, object? lowest, object? highest)
    {
        Assert.NotEmpty(why);
        var property = options.GetType().GetProperty(name)!;
        Assert.Equal(standard, property.GetValue(options));
        if (lowest is not null)
        {
            Set(options, property, lowest);
            Assert.IsType<ArgumentOutOfRangeException>(Refusal(options, property, lowest is TimeSpan low ? low - Tick : (int)lowest - 1));
        }

        if (highest is not null)
        {
            Set(options, property, highest);
            Assert.IsType<ArgumentOutOfRangeException>(Refusal(options, property, highest is TimeSpan high ? high + Tick : (int)highest + 1));
        }
    }

    [Fact]
    public void The_least_and_the_most_rsa_bits_may_be_equal() =>
        Assert.Equal(2048, new DkimOptions { MinRsaBits = 2048, MaxRsaBits = 2048 }.MinRsaBits);

    [Theory]
    [InlineData(SignatureResultCode.PermError, true)]
    [InlineData(SignatureResultCode.Fail, true)]
    [InlineData(SignatureResultCode.Policy, true)]
    [InlineData(SignatureResultCode.Neutral, true)]
    [InlineData(SignatureResultCode.Pass, false)]
    [InlineData(SignatureResultCode.None, false)]
    [InlineData(SignatureResultCode.TempError, false)]
    public void An_expired_signature_is_never_a_pass(SignatureResultCode code, bool isAllowed)
    {
        var property = typeof(DkimOptions).GetProperty(nameof(DkimOptions.ExpiredResult))!;
        var options = new DkimOptions();
        if (isAllowed)
        {
            Set(options, property, code);
            Assert.Equal(code, options.ExpiredResult);
        }
        else
        {
            Assert.IsType<ArgumentOutOfRangeException>(Refusal(options, property, code));
        }
    }

    [Theory]
    [InlineData("subject", true)]
    [InlineData("!~", true)]
    [InlineData("a:b", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("\u007f", false)]
    [InlineData("", false)]
    public void A_name_to_be_oversigned_is_a_field_name(string name, bool isAllowed) =>
        Assert.Equal(isAllowed, Record.Exception(() => new DkimOptions { RequiredOversignedFields = [name] }) is null);

    [Theory]
    [InlineData("X-Own", true)]
    [InlineData("!~", true)]
    [InlineData("X-Own:", false)]
    [InlineData("X Own", false)]
    [InlineData("\u00e4", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_name_to_be_removed_is_a_field_name(string? name, bool isAllowed) =>
        Assert.Equal(isAllowed, Record.Exception(() => Plain with { RemoveFields = [name!] }) is null);

    [Fact]
    public void A_list_that_was_never_set_is_empty()
    {
        var options = Plain with { RemoveFields = default, Relays = default, LocalPolicy = new LocalPolicy { Forwarders = default, OwnNetworks = default } };
        Assert.Empty(options.RemoveFields);
        Assert.Empty(options.Relays);
        Assert.Empty(options.LocalPolicy.Forwarders);
        Assert.Empty(options.LocalPolicy.OwnNetworks);
        Assert.Empty(new BimiOptions { MarkRoots = default }.MarkRoots);
    }

    [Fact]
    public void A_relay_that_is_null_is_refused() => Assert.Throws<ArgumentException>(() => Plain with { Relays = [null!] });

    [Fact]
    public void What_options_need_is_not_null()
    {
        foreach (var options in new object[] { Plain, new LocalPolicy(), new DkimSignerOptions() })
        {
            var needed = options.GetType().GetProperties().Where(static property => property.GetMethod is { IsStatic: false } && IsNeeded(property)).ToList();
            Assert.NotEmpty(needed);
            Assert.All(needed, property => Assert.IsType<ArgumentNullException>(Refusal(options, property, null)));
        }
    }

    public static TheoryData<object, string> WithChoices => new()
    {
        { Plain, nameof(AuthenticationOptions.ExtendedResults) },
        { new LocalPolicy(), nameof(LocalPolicy.MaximumAction) },
        { new LocalPolicy(), nameof(LocalPolicy.OnReject) },
        { new LocalPolicy(), nameof(LocalPolicy.OnQuarantine) },
        { new LocalPolicy(), nameof(LocalPolicy.OnUnusableAuthor) },
        { new LocalPolicy(), nameof(LocalPolicy.OnUndecided) },
        { new LocalPolicy(), nameof(LocalPolicy.OnTemporaryError) },
        { new DkimSignerOptions(), nameof(DkimSignerOptions.HeaderCanonicalization) },
        { new DkimSignerOptions(), nameof(DkimSignerOptions.BodyCanonicalization) },
    };

    [Theory]
    [MemberData(nameof(WithChoices))]
    public void A_choice_that_is_not_known_is_refused(object options, string name)
    {
        var property = options.GetType().GetProperty(name)!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Assert.IsType<ArgumentOutOfRangeException>(Refusal(options, property, Enum.ToObject(type, 99)));
    }

    [Theory]
    [InlineData("subject", true)]
    [InlineData("a:b", false)]
    [InlineData("a;b", false)]
    public void A_name_to_be_sealed_is_a_field_name(string name, bool isAllowed) =>
        Assert.Equal(isAllowed, Record.Exception(() => new ArcSealerOptions { Domain = DomainName.Parse("a.example").Value!, Selector = "s", FieldNames = ["from", name] }) is null);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void An_authserv_id_has_at_most_255_characters(int length, bool isAllowed) =>
        Assert.Equal(isAllowed, Record.Exception(() => new AuthenticationOptions { AuthservId = new string('a', length) }) is null);

    [Fact]
    public void The_time_of_an_spf_check_can_be_set() =>
        Assert.Equal(TimeSpan.FromSeconds(3), new SpfOptions { TimeLimit = TimeSpan.FromSeconds(3) }.TimeLimit);

    private static bool IsNeeded(PropertyInfo property) =>
        property.Name is nameof(AuthenticationOptions.TimeProvider) or nameof(AuthenticationOptions.LocalPolicy) or nameof(LocalPolicy.Exceptions)
        || property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
        || property.PropertyType.Name.EndsWith("Limits", StringComparison.Ordinal)
        || property.PropertyType.Name.StartsWith("ImmutableHashSet", StringComparison.Ordinal);

    private static void Set(object options, PropertyInfo property, object value)
    {
        property.SetValue(options, value);
        Assert.Equal(value, property.GetValue(options));
    }

    private static Exception? Refusal(object options, PropertyInfo property, object? value) =>
        Record.Exception(() => property.SetValue(options, value))?.InnerException;
}
