using System.Reflection;
using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// Null in place of each value that must not be null, for every public member: it is refused by the name of the parameter, at the call or in the
/// task. What takes null as it is, or fails on it later, is listed with the reason.
/// </summary>
public class ArgumentNullTests
{
    // Members that only the library calls, and that refuse null anyway.
    private static readonly string[] Internal =
    [
        "ReverseName.Of", "DnsSession..ctor", "AuthenticationResultsWriter.WriteField", "AuthenticationResultsWriter.WriteValue", "PublicSuffixList.OrganizationalDomain",
        "DmarcEvaluator.EvaluateAuthorAsync", "ArcSeal.Parse", "ArcMessageSignature.Parse", "SettingForm.Optional", "SigningKey.FromPem", "MarkCertificateVerifier..ctor",
        "MarkCertificateVerifier.Verify", "BimiRecord.IsBimiRecord", "BimiOptions.set_IndicatorLimits", "BimiHeaderFields.FindArriving", "BimiHeaderFields.Of",
        "BimiEvaluator.EvaluateAsync", "GuardedWebClient..ctor", "NetworkText.Parse", "SigningIdentity..ctor",
    ];

    // Members that are neither constructors nor setters and take null: why.
    private static readonly Dictionary<string, string> Kept = new(StringComparer.Ordinal)
    {
        ["BimiEvaluator.EvaluateAsync(BimiRequest, DnsAsker, CancellationToken) dns"] = "the library gives its own",
        ["DmarcEvaluator.EvaluateAuthorAsync(Author, IReadOnlyList`1, CancellationToken) identifiers"] = "only an author of one domain has them looked at",
        ["AuthenticationResultsWriter.WriteField(AuthenticationResults, AuthenticationResultsWriterOptions) options"] = "the library gives its own",
        ["AuthenticationResultsWriter.WriteField(AuthenticationResults, ResultsForm, Boolean) results"] = "the library gives its own",
        ["AuthenticationResultsWriter.WriteValue(AuthenticationResults, AuthenticationResultsWriterOptions) options"] = "the library gives its own",
        ["ParseResult`1.op_Implicit(SyntaxError) error"] = "a parser answers with what it has made",
        ["ParseResult`1.op_Implicit(String) value"] = "a parser answers with what it has made",
    };

    private static IEnumerable<Type> AllTypes => typeof(AuthenticationPipeline).Assembly.GetTypes()
        .Where(static type => !typeof(Delegate).IsAssignableFrom(type) && !type.Name.Contains('<', StringComparison.Ordinal)).OrderBy(static type => type.FullName, StringComparer.Ordinal);

    [Fact]
    public async Task Null_is_refused_by_the_name_of_the_parameter_or_has_its_reason()
    {
        var page = new List<string>();
        foreach (var type in AllTypes)
        {
            page.AddRange(await Lines(type));
        }

        ApprovedPage.Verify("members", "null.txt", page);
        Assert.All(Internal, member => Assert.Contains(page, line => line.Contains($".{member}(", StringComparison.Ordinal) || line.Contains($" {member}(", StringComparison.Ordinal)));

        // The compiler asks for their values, and who reads them checks them: options when they are used, results are made by the library.
        var kept = page.Where(static line => line.EndsWith(": kept", StringComparison.Ordinal) && !line.Contains(".set_", StringComparison.Ordinal) && !line.Contains("..ctor(", StringComparison.Ordinal));
        Assert.All(Kept.Values, Assert.NotEmpty);
        Assert.Equal(Kept.Keys.Order(StringComparer.Ordinal), kept.Select(static line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..^": kept".Length]).Order(StringComparer.Ordinal));
        Assert.InRange(page.Count(static line => line.EndsWith(": refused", StringComparison.Ordinal)), 110, 300);
    }

    // A span cannot be given by reflection.
    [Fact]
    public void A_record_that_is_null_opens_no_signature()
    {
        var seal = ArcSeal.Parse(" i=1; a=rsa-sha256; cv=none; d=example.org; s=s; b=AAAA").Value!;
        Assert.Equal("record", Assert.Throws<ArgumentNullException>(() => seal.IsMadeOver(null!, [])).ParamName);
        Assert.Equal("record", Assert.Throws<ArgumentNullException>(() => seal.Open(null!)).ParamName);
    }

    // The members of an interface that have a body are those of each class that has none of its own.
    [Fact]
    public void A_summary_is_not_written_to_null() =>
        Assert.Equal("json", Assert.Throws<ArgumentNullException>(() => ((IMethodOutcome)new MadeUpMethod()).WriteSummaryJson(null!)).ParamName);

    [Fact]
    public async Task A_message_that_is_null_is_refused_before_it_is_begun()
    {
        var messages = new MessageVerifier<ArcResult>(new ZoneResolver(new Zone()), TimeProvider.System, EmailAuth.Messages.MessageLimits.Default, static _ => null!);
        Assert.Equal("message", (await Assert.ThrowsAsync<ArgumentNullException>(async () => await messages.VerifyAsync((Stream)null!, CancellationToken.None))).ParamName);
        Assert.Equal("message", (await Assert.ThrowsAsync<ArgumentNullException>(async () => await messages.VerifyAsync((System.IO.Pipelines.PipeReader)null!, CancellationToken.None))).ParamName);
    }

    private static IEnumerable<ParameterInfo> Parameters(Type type) =>
        type.IsInterface || (type.IsGenericTypeDefinition && !type.IsVisible) ? [] :
        MadeArguments.MembersOf(MadeArguments.Closed(type), member => IsMeant(type, member))
            .Select(MadeArguments.Closed)
            .Where(static member => !member.GetParameters().Any(static parameter => parameter.ParameterType.IsByRefLike || parameter.ParameterType.IsByRef))
            .SelectMany(static member => member.GetParameters())
            .Where(MadeArguments.MustNotBeNull);

    private static bool IsMeant(Type type, MethodBase member) =>
        (type.IsVisible && (member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly) && !(type.IsAbstract && member is ConstructorInfo))
        || Internal.Contains($"{type.Name}.{member.Name}", StringComparer.Ordinal);

    private static async Task<List<string>> Lines(Type type)
    {
        var lines = new List<string>();
        foreach (var parameter in Parameters(type))
        {
            var member = (MethodBase)parameter.Member;
            object?[] arguments = [.. member.GetParameters().Select(other => other.Position == parameter.Position || MadeArguments.MayBeNull(other) ? null : MadeArguments.Value(other.ParameterType))];
            var isRefused = await MadeArguments.ThrownBy(member, arguments) is ArgumentNullException refused && refused.ParamName == parameter.Name;
            var types = string.Join(", ", member.GetParameters().Select(static other => other.ParameterType.Name));
            lines.Add($"{type.FullName} {type.Name}.{member.Name}({types}) {parameter.Name}: {(isRefused ? "refused" : "kept")}");
        }

        return lines;
    }
}
