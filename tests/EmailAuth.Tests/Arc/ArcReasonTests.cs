using System.Globalization;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Arc;

/// <summary>Each reason of a chain, and of a message that is not sealed, is reached by an input and given as its word beside the text.</summary>
public class ArcReasonTests
{
    private static readonly FakeTimeProvider Clock = new(DateTimeOffset.FromUnixTimeSeconds(1767268800));

    private static readonly FakeTimeProvider AnHourLater = new(Clock.GetUtcNow().AddHours(1));

    private static readonly string ManyFields = string.Concat(Enumerable.Repeat("X: 1\r\n", 20));

    private static readonly MessageLimits Limits = new() { MaxHeaderFields = 16 };

    // The chain as it is in the message, and what of it is changed. Without OpenSSL a process cannot run these tests: WithoutOpenSslTests
    // start one of their own.
    private static readonly Dictionary<string, (string What, string By, ArcOptions? Options)> Inputs = new(StringComparer.Ordinal)
    {
        ["header_limit"] = ("", ManyFields, new ArcOptions { Signatures = new SignatureOptions { MessageLimits = Limits } }),
        ["chain_closed"] = ("cv=pass;", "cv=fail;", null),
        ["set_limit"] = ("", "", new ArcOptions { MaxSets = 1 }),
        ["no_instance"] = ("ARC-Seal: i=2;", "ARC-Seal:", null),
        ["instance_syntax"] = ("ARC-Seal: i=2;", "ARC-Seal: i=0;", null),
        ["repeated_field"] = ("ARC-Seal: i=2;", "ARC-Seal: i=1;", null),
        ["incomplete_set"] = ("ARC-Seal: i=2;", "X-Seal: i=2;", null),
        ["message_signature_syntax"] = ("c=relaxed/relaxed;", "c=relaxed/lax;", null),
        ["seal_syntax"] = ("cv=pass;", "cv=passed;", null),
        ["chain_status_wrong"] = ("cv=pass;", "cv=none;", null),
        ["message_signature_expired"] = ("c=relaxed/relaxed;", "c=relaxed/relaxed; x=1767268801;", null),
        ["dated_in_future"] = ("t=1767268800;", "t=1900000000;", null),
        ["message_signature_failed"] = ("See you", "See me", null),
        ["seal_failed"] = ("spf=fail", "spf=none", null),
    };

    private static readonly Dictionary<string, Func<Task<ArcSealing>>> Unsealed = new(StringComparer.Ordinal)
    {
        ["header_limit"] = () => SealAsync(ManyFields + ArcSamples.Message, Limits),
        ["leading_white_space"] = () => SealAsync(" x\r\n" + ArcSamples.Message),
        ["bare_line_break"] = () => SealAsync("X: 1\nFrom: y\r\n" + ArcSamples.Message),
        ["chain_closed"] = async () => await SealAsync((await ChainAsync()).Replace("cv=pass;", "cv=fail;", StringComparison.Ordinal)),
        ["set_limit"] = () => SealAsync(ArcSamples.Message, sets: 50),
        ["chain_changed"] = async () =>
        {
            using var sealer = ArcSamples.Sealer(3);
            return sealer.Seal(TestSigner.Bytes(ArcSamples.Message), await ArcSamples.Verify(await ChainAsync()), ArcSamples.Results());
        },
    };

    public static TheoryData<string> Words => [.. Inputs.Keys];

    public static TheoryData<string> SealingWords => [.. Unsealed.Keys];

    [Theory]
    [MemberData(nameof(Words))]
    public async Task An_input_has_the_reason(string word)
    {
        var (what, by, options) = Inputs[word];
        var message = await ChainAsync();
        var position = message.IndexOf(what, StringComparison.Ordinal);
        Assert.True(position >= 0, what);
        var result = await new ArcVerifier(ArcSamples.Resolver(), options, AnHourLater)
            .VerifyAsync(TestSigner.Bytes(message.Remove(position, what.Length).Insert(position, by)), TestContext.Current.CancellationToken);
        Assert.Equal((word, true), (result.ReasonCode, result.Reason is not null));
    }

    [Theory]
    [MemberData(nameof(SealingWords))]
    public async Task A_message_that_is_not_sealed_has_the_reason(string word)
    {
        var sealing = await Unsealed[word]();
        Assert.Equal((word, true), (sealing.ReasonCode, sealing.Reason is not null));
        Assert.Empty(sealing.Fields);
    }

    [Fact]
    public void Each_reason_has_an_input_and_a_word_of_its_own()
    {
        Assert.Equal(
            Enum.GetValues<ArcReason>().Select(static reason => reason.Keyword()).Order(StringComparer.Ordinal),
            Inputs.Keys.Append("platform_fault").Order(StringComparer.Ordinal));
        Assert.Equal(
            Enum.GetValues<ArcSealingReason>().Select(static reason => reason.Keyword()).Order(StringComparer.Ordinal),
            Unsealed.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_pass_and_a_message_without_a_chain_have_neither_reason_nor_code()
    {
        foreach (var message in (string[])[ArcSamples.Message, await ChainAsync()])
        {
            var result = await ArcSamples.Verify(message);
            Assert.Equal((null, null), (result.Reason, result.ReasonCode));
        }

        var sealing = await SealAsync(ArcSamples.Message);
        Assert.Equal((null, null, 3), (sealing.Reason, sealing.ReasonCode, sealing.Fields.Length));
    }

    // Two sets, made at the time of the clock; the second hop saw another result.
    // The seal of every set is judged, the oldest too.
    [Fact]
    public async Task A_first_seal_from_the_future_fails_the_chain()
    {
        var message = await ChainAsync();
        var position = message.IndexOf("t=1767268800;", message.IndexOf("ARC-Seal: i=1;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(position >= 0);
        var result = await new ArcVerifier(ArcSamples.Resolver(), null, AnHourLater)
            .VerifyAsync(TestSigner.Bytes(message.Remove(position, 13).Insert(position, "t=1900000000;")), TestContext.Current.CancellationToken);
        Assert.Equal(("dated_in_future", 1), (result.ReasonCode, result.FailingInstance));
    }

    private static async Task<string> ChainAsync()
    {
        var message = ArcSamples.Message;
        for (var hop = 1; hop <= 3; hop += 2)
        {
            var arrived = await new ArcVerifier(ArcSamples.Resolver(), null, Clock).VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken);
            using var sealer = new ArcSealer(
                TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = ArcSamples.Domain(hop), Selector = "s" }, Clock);
            var leaving = TestSigner.Bytes(message);
            var sealing = sealer.Seal(leaving, arrived, ArcSamples.Results(hop == 1 ? "pass" : "fail"));
            message = System.Text.Encoding.Latin1.GetString(ArcSamples.WithFields(leaving, sealing));
        }

        return message;
    }

    private static async Task<ArcSealing> SealAsync(string message, MessageLimits? limits = null, int sets = 0)
    {
        var chain = string.Concat(Enumerable.Range(1, sets).Reverse().Select(static set => string.Create(CultureInfo.InvariantCulture, $"ARC-Seal: i={set};\r\n")));
        var arrived = await ArcSamples.Verify(chain + message);
        using var sealer = new ArcSealer(
            TestSigner.Rsa2048.Pem,
            new ArcSealerOptions { Domain = ArcSamples.Domain(3), Selector = "s", MessageLimits = limits ?? MessageLimits.Default });
        return sealer.Seal(TestSigner.Bytes(chain + message), arrived, ArcSamples.Results());
    }
}
