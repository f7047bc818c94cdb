using System.Diagnostics.Metrics;
using System.Text.Json;
using EmailAuth.Composition;
using EmailAuth.Dkim;
using EmailAuth.Hosting;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>A method is a row: whoever adds a flag is told here what else there is to do.</summary>
public class MethodTableTests
{
    private static readonly string[] Folders = ["Arc", "Bimi", "Dkim", "Dmarc", "Iprev", "Spf"];

    public static TheoryData<AuthenticationMethods> Flags =>
        [.. Enum.GetValues<AuthenticationMethods>().Where(method => method is not (AuthenticationMethods.None or AuthenticationMethods.All))];

    [Theory]
    [MemberData(nameof(Flags))]
    public async Task Each_flag_has_a_row_a_member_of_JSON_a_key_in_vectors_and_a_tag(AuthenticationMethods flag)
    {
        var row = Assert.Single(MethodTable.Rows, row => row.Flag == flag && row.Name == row.Method);
        Assert.Equal(flag, MethodTable.FlagOf(row.Method));
        Assert.Contains(row.Method, MethodTable.Choices, StringComparison.Ordinal);
        Assert.True(AuthenticationMethods.All.HasFlag(flag));

        AuthenticationOutcome? judged = null;
        var counted = await CountedAsync(async () => judged = await AuthenticateAsync(AuthenticationMethods.All));
        var outcome = Assert.IsType<AuthenticationOutcome>(judged);
        var found = Assert.Single(outcome.Methods, method => method.Name == row.Name);
        Assert.Equal(row.Method, found.Method);
        Assert.Contains(found.Result, found.ToMethodResults().Select(result => result.Result));
        Assert.Contains(row.Method, counted);

        using var json = JsonDocument.Parse(outcome.ToJson());
        Assert.NotEqual(JsonValueKind.Null, json.RootElement.GetProperty(row.Name).ValueKind);
        using var batch = JsonDocument.Parse(BatchResult.ToJsonLine(null, outcome));
        var (all, summary) = (Objects(json.RootElement.GetProperty(row.Name)), Objects(batch.RootElement.GetProperty(row.Name)));
        Assert.NotEmpty(all);
        Assert.Equal(all.Select(result => Members(result, row)), summary.Select(result => Members(result, row)));
        Assert.All(summary, result => Assert.Equal(row.Summary, result.EnumerateObject().Select(member => member.Name)));
        var vector = new TestVector { Id = "x", Input = new VectorInput(), Expect = VectorExpectation.Of(outcome) };
        Assert.Contains($"\"{row.Name}\":", vector.ToJsonLine(), StringComparison.Ordinal);
        Assert.True(TestVector.Parse(vector.ToJsonLine()).Value!.Expect!.Methods.ContainsKey(row.Name));
    }

    private static List<JsonElement> Objects(JsonElement json) => json.ValueKind is JsonValueKind.Array ? [.. json.EnumerateArray()] : [json];

    private static string Members(JsonElement result, MethodRow row) => string.Join(' ', row.Summary.Select(member => result.GetProperty(member).GetRawText()));

    [Theory]
    [MemberData(nameof(Flags))]
    public async Task A_method_that_was_not_run_has_a_null_member_and_no_result(AuthenticationMethods flag)
    {
        var outcome = await AuthenticateAsync(AuthenticationMethods.All & ~flag);
        var rows = MethodTable.Rows.Where(row => row.Flag == flag).ToList();
        Assert.DoesNotContain(outcome.Methods, method => rows.Exists(row => row.Name == method.Name));
        Assert.DoesNotContain(outcome.Results, result => rows.Exists(row => row.Method == result.Method));
        using var json = JsonDocument.Parse(outcome.ToJson());
        Assert.All(rows, row => Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(row.Name).ValueKind));
    }

    [Fact]
    public async Task The_methods_of_an_outcome_are_in_the_order_of_the_table_and_of_its_results()
    {
        var outcome = await AuthenticateAsync(AuthenticationMethods.All);
        Assert.Equal(MethodTable.Rows.Select(row => row.Name), outcome.Methods.Select(method => method.Name));
        Assert.Equal(MethodTable.Rows.Select(row => row.Method), outcome.Results.Select(result => result.Method).Distinct().SelectMany(name => Enumerable.Repeat(name, name == "spf" ? 2 : 1)));
    }

    [Fact]
    public async Task Methods_are_put_in_order_from_any_place_on_and_those_of_one_name_stay_as_they_came()
    {
        var methods = (await AuthenticateAsync(AuthenticationMethods.All)).Methods;
        IMethodOutcome other = new MadeUpMethod();
        for (var from = 0; from < methods.Length; from++)
        {
            IMethodOutcome?[] turned = [.. methods[from..], null, .. methods[..from]];
            Assert.Equal(methods, MethodTable.Ordered(turned));
            Assert.Equal([.. methods, other], MethodTable.Ordered([.. turned[..from], other, .. turned[from..]]));
            var twice = methods.Insert(from, methods[from]);
            Assert.Equal(twice, MethodTable.Ordered([.. twice]));
            Assert.Equal(methods.RemoveAt(from), MethodTable.Ordered([.. methods.RemoveAt(from)]));
        }
    }

    [Fact]
    public async Task An_outcome_made_by_hand_has_its_methods_in_order_whatever_is_set_first()
    {
        var judged = await AuthenticateAsync(AuthenticationMethods.All);
        var made = new AuthenticationOutcome
        {
            AuthservId = judged.AuthservId,
            Author = judged.Author,
            Disposition = judged.Disposition,
            Header = judged.Header,
            Iprev = judged.Iprev,
            Bimi = judged.Bimi,
            SpfHelo = judged.SpfHelo,
            Dmarc = judged.Dmarc,
            Arc = judged.Arc,
            Dkim = judged.Dkim,
            Spf = judged.Spf,
        };
        Assert.Equal(judged.Methods, made.Methods);
        var added = made.WithMethod(new MadeUpMethod());
        Assert.Equal(judged.Methods, made.Methods);
        Assert.Equal("made-up", added.Results[^1].Method);
        var other = new AuthenticationOutcome
        {
            AuthservId = judged.AuthservId,
            Author = judged.Author,
            Disposition = judged.Disposition,
            Header = judged.Header,
            Methods = added.Methods,
            Dkim = DkimResults.None,
            Iprev = null,
        };
        Assert.Equal(["spf", "spf_helo", "dkim", "arc", "dmarc", "bimi", "made-up"], other.Methods.Select(method => method.Name));
        Assert.Equal((DkimResults.None, null, judged.Spf), (other.Dkim, other.Iprev, other.Spf));
        var helo = judged.Methods.Single(method => method.Name == "spf_helo");
        var onlyHelo = other.Changed(o => o.Methods, [helo]);
        Assert.Same(helo, MethodTable.Find("spf")!.In(onlyHelo));
        Assert.Null(MethodTable.Find("dkim")!.In(onlyHelo));
        Assert.Empty(other.Changed(o => o.Methods, []).Methods);
        Assert.Null(other.Changed(o => o.Methods, []).Spf);
    }

    [Fact]
    public async Task The_dialogue_begins_with_the_client_and_a_method_without_a_row_is_of_the_message()
    {
        var judged = await AuthenticateAsync(AuthenticationMethods.All);
        Assert.Equal(["iprev", "spf_helo", "spf", "dkim", "arc", "dmarc", "bimi"], MethodTable.InDialogueOrder(judged).Select(method => method.Name));
        var other = judged.Changed(o => o.Methods, [new MadeUpMethod(), .. judged.Methods]);
        Assert.Equal(["iprev", "spf_helo", "spf", "made-up", "dkim", "arc", "dmarc", "bimi"], MethodTable.InDialogueOrder(other).Select(method => method.Name));
        Assert.Throws<ArgumentNullException>("outcome", () => MethodTable.InDialogueOrder(null!));

        // Of several methods of one name the first counts.
        IMethodOutcome first = new MadeUpMethod();
        var twice = judged.WithMethod(first).WithMethod(new MadeUpMethod());
        Assert.Same(first, MethodRow.Unlisted("made-up").In(twice));
        Assert.Single(MethodTable.RowsOf(twice), static row => row.Name == "made-up");
        Assert.Equal(1, twice.ToJson().Split("\"made-up\": {").Length - 1);
    }

    [Theory]
    [InlineData("spf", AuthenticationMethods.Spf)]
    [InlineData("spf_helo", null)]
    [InlineData("SPF", null)]
    [InlineData("all", null)]
    [InlineData("", null)]
    public void A_method_is_switched_on_by_its_keyword(string text, AuthenticationMethods? flag) => Assert.Equal(flag, MethodTable.FlagOf(text));

    [Fact]
    public void A_row_is_looked_for_in_an_outcome() =>
        Assert.All(MethodTable.Ranked, static row => Assert.Throws<ArgumentNullException>(() => row.In(null!)));

    [Fact]
    public void The_choices_are_listed_for_people() => Assert.Equal("iprev, spf, dkim, arc, dmarc and bimi", MethodTable.Choices);

    // A further method costs its folder, that of its inspection, and as many files outside of them. BIMI is also a subject of the command; SPF, DKIM and DMARC are what
    // others build on, iprev finds relays by their names, exceptions name methods to skip, and ARC is in comments wherever a rule serves it: they are not counted.
    // The check of a domain and the pages show each method in a way of its own.
    [Theory]
    [InlineData("Iprev", 10)]
    [InlineData("Bimi", 45)]
    public void Few_files_outside_its_folder_name_a_method(string method, int most) => Assert.InRange(FilesNaming(method).Count, 1, most);

    [Theory]
    [InlineData("EmailAuth/Rendering/OutcomeJson.cs")]
    [InlineData("EmailAuth.Testing/BatchResult.cs")]
    [InlineData("EmailAuth.Testing/ExpectationConverter.cs")]
    [InlineData("EmailAuth.Testing/MethodEvidence.cs")]
    [InlineData("EmailAuth.Testing/VectorComparison.cs")]
    [InlineData("EmailAuth.Testing/VectorExpectation.cs")]
    [InlineData("EmailAuth.Testing/VectorFormat.cs")]
    [InlineData("EmailAuth.Cli/Output/OutcomeList.cs")]
    [InlineData("EmailAuth.Native/Handles/NativeResult.cs")]
    public void What_writes_outcomes_names_no_method(string file)
    {
        var code = string.Join('\n', File.ReadLines(Repository.PathOf("src", file)).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        Assert.DoesNotContain(Folders, method => Names(code, method));
    }

    [Fact]
    public void A_name_is_found_in_any_letter_case_and_not_in_other_words()
    {
        Assert.True(Names("var x = outcome.Spf?.Code;", "Spf"));
        Assert.True(Names("\"spf_helo\"", "Spf"));
        Assert.False(Names("a searchable archive", "Arc"));
    }

    private static bool ShowsEachMethod(string file) =>
        file.Contains("/Domains/", StringComparison.Ordinal) || file.Contains("/MailHosts/", StringComparison.Ordinal) || file.Contains("/Pages/", StringComparison.Ordinal);

    private static List<string> FilesNaming(string method)
    {
        var source = Repository.PathOf("src");
        return
        [
            .. LibrarySource.FilesIn(source)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
                .Where(file => !ShowsEachMethod(file))
                .Where(file => !file.StartsWith($"EmailAuth/{method}/", StringComparison.Ordinal) && !file.StartsWith($"EmailAuth.Inspection/{method}/", StringComparison.Ordinal))
                .Where(file => Names(File.ReadAllText(Path.Combine(source, file)), method)),
        ];
    }

    // In any letter case; a word of which the name is a part by chance ("search", "archive") does not count.
    private static bool Names(string text, string method)
    {
        for (var at = text.IndexOf(method, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(method, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var before = at == 0 ? ' ' : text[at - 1];
            var after = at + method.Length == text.Length ? ' ' : text[at + method.Length];
            if (method == "Iprev" || (!char.IsAsciiLetterLower(before) && !char.IsAsciiLetterLower(after)))
            {
                return true;
            }
        }

        return false;
    }

    private static ValueTask<AuthenticationOutcome> AuthenticateAsync(AuthenticationMethods methods) =>
        new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options with { Methods = methods })
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.OneSignature, TestContext.Current.CancellationToken);

    private static async Task<HashSet<string>> CountedAsync(Func<Task> work)
    {
        var counted = new HashSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == EmailAuthTelemetry.Name && instrument.Name == "emailauth.results")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "emailauth.method", Value: string method })
                {
                    lock (counted)
                    {
                        counted.Add(method);
                    }
                }
            }
        });
        listener.Start();
        await work();
        return counted;
    }
}
