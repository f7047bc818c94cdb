using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

public class DmarcAllocationTests
{
#if DEBUG
    // In a debug build the state of each async method is an object of its own.
    private const int MaxBytes = 3072;
#else
    private const int MaxBytes = 1400;
#endif

    private static readonly Zone Zone = new Zone()
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@example.com")
        .Add("com", ZoneEntryKind.Txt, "exists");

    // A typical message: SPF passes for a bounce domain, DKIM for the author domain.
    [Fact]
    public void A_typical_message_takes_at_most_2_KB_from_the_From_field_to_the_result()
    {
        var evaluator = new DmarcEvaluator(new ZoneResolver(Zone));
        var header = HeaderBlock.Parse("Received: x\r\nFrom: \"Name\" <someone@example.com>\r\nSubject: x\r\n"u8.ToArray());
        AuthenticatedIdentifier[] identifiers =
        [
            new() { Method = IdentifierSource.Spf, Domain = DomainName.Parse("bounce.example.com").Value! },
            new() { Method = IdentifierSource.Dkim, Domain = DomainName.Parse("example.com").Value! },
        ];
        for (var i = 0; i < 3; i++)
        {
            Evaluate();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = Evaluate();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(DmarcResultCode.Pass, result.Code);
        Assert.InRange(allocated, 1, MaxBytes);

        DmarcResult Evaluate()
        {
            var evaluation = evaluator.EvaluateAuthorAsync(Author.Find(header), identifiers, CancellationToken.None);
            Assert.True(evaluation.IsCompletedSuccessfully);
#pragma warning disable xUnit1031 // completed
            return evaluation.GetAwaiter().GetResult();
#pragma warning restore xUnit1031
        }
    }

    [Fact]
    public async Task A_record_is_parsed_once_and_kept()
    {
        var evaluator = new DmarcEvaluator(new ZoneResolver(Zone));
        var domain = DomainName.Parse("example.com").Value!;
        var one = await evaluator.EvaluateAsync(domain, [], TestContext.Current.CancellationToken);
        var other = await evaluator.EvaluateAsync(domain, [], TestContext.Current.CancellationToken);
        Assert.NotNull(one.Record);
        Assert.Same(one.Record, other.Record);
    }
}
