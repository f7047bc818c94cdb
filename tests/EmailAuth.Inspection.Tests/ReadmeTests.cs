using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests;

/// <summary>The README's example compiles as it is written, and says what it should of a zone that is put in place of the DNS.</summary>
[Collection(nameof(ConsoleTests))]
public class ReadmeTests
{
    /// <summary>The zone that the example is run with.</summary>
    public static ZoneResolver Resolver { get; } = new(new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 a ?all")
        .Add("example.com", ZoneEntryKind.A, "192.0.2.1")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=none")
        .Add("selector1._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));

    [Fact]
    public async Task The_example_compiles_and_runs()
    {
        const string Dns = "new StubResolver()";
        var readme = await File.ReadAllTextAsync(Repository.PathOf("src", "EmailAuth.Inspection", "README.md"), TestContext.Current.CancellationToken);
        var start = readme.IndexOf("```csharp\n", StringComparison.Ordinal) + "```csharp\n".Length;
        var example = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
        Assert.Contains(Dns, example, StringComparison.Ordinal);
        Assert.Empty(ExampleProgram.Problems(ExampleProgram.Compile("AsWritten", example)));

        var program = ExampleProgram.Compile("WithZone", example.Replace(Dns, $"{typeof(ReadmeTests).FullName}.{nameof(Resolver)}", StringComparison.Ordinal));
        Assert.Equal(
            """
            SPF: 1 of 10 lookups
            spf-neutral-all at 9: ?all says nothing about clients that match no term; use ~all or -all
            DMARC: the policy asks receivers for no action yet
            DKIM: ed25519, 256 bits

            """.ReplaceLineEndings(),
            await ExampleProgram.RunAsync(program, Environment.CurrentDirectory));
    }
}
