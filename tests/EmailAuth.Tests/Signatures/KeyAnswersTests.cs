using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Each check that needs a key gets the answer to its own question, whether answers are there at once or later.</summary>
public class KeyAnswersTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("nnn")]
    [InlineData("---")]
    [InlineData("n")]
    [InlineData("-n-n")]
    [InlineData("n--")]
    [InlineData("")]
    public async Task Each_check_has_the_answer_to_its_question(string needs)
    {
        // From which question on answers come later.
        for (var later = 0; later <= needs.Length; later++)
        {
            var resolver = new Numbered(later);
            var checks = needs.Select((need, index) => new Check(need == 'n', index)).ToList();
            var asker = new DnsSession(resolver).Begin(DnsPurpose.DkimKeys, 10);
            var collected = KeyAnswers.CollectAsync(asker, checks, TestContext.Current.CancellationToken);
            Assert.Equal(later == needs.Length || needs.LastIndexOf('n') < later, collected.IsCompletedSuccessfully);
            resolver.Released.SetResult();
            await collected;
            Assert.Equal(needs.Select(static (need, index) => need == 'n' ? $"answer {index}" : null), checks.Select(static check => check.Key?.Texts[0]));
            Assert.Equal(needs.Count(static need => need == 'n'), resolver.Asked);
        }
    }

    [Fact]
    public async Task Without_checks_nobody_is_asked()
    {
        await KeyAnswers.CollectAsync<Check>(null, null, TestContext.Current.CancellationToken);
        await KeyAnswers.CollectAsync(null, new List<Check>(), TestContext.Current.CancellationToken);
        await KeyAnswers.CollectAsync(null, new List<Check> { new(false, 0) }, TestContext.Current.CancellationToken);
    }

    // A key that cannot be fetched in time is an answer; a caller that gives up gets none.
    [Fact]
    public async Task A_caller_that_gives_up_does_not_wait()
    {
        using var cancelled = new CancellationTokenSource();
        var asker = new DnsSession(new Numbered(0)).Begin(DnsPurpose.DkimKeys, 10, Long, "late");
        var collected = KeyAnswers.CollectAsync(asker, new List<Check> { new(true, 0) }, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await collected);
    }

    private struct Check(bool needsKey, int index) : IKeyedCheck
    {
        public readonly bool NeedsKey => needsKey;

        public readonly DnsQuestion KeyQuestion => new(DomainName.Parse($"n{index}.example.com").Value!, DnsRecordType.Txt);

        public DnsResponse? Key { get; set; }
    }

    // Answers with the number in the name; those from a number on wait.
    private sealed class Numbered(int later) : IDnsResolver
    {
        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Asked { get; private set; }

        public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
        {
            Asked++;
            var number = question.Name.ToString()[1] - '0';
            if (number >= later)
            {
                await Released.Task.WaitAsync(cancellationToken);
            }

            return DnsResponse.OfTexts([$"answer {number}"]);
        }
    }
}
