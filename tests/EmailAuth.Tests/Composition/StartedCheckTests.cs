using EmailAuth.Composition;
using Xunit;

namespace EmailAuth.Tests.Composition;

public class StartedCheckTests
{
    [Fact]
    public async Task What_was_never_started_has_no_result()
    {
        var check = default(StartedCheck<string>);
        Assert.False(check.IsStarted);
        Assert.Null(check.Running);
        Assert.Null(await check.GetAsync(CancellationToken.None));
        Assert.True(check.Running.WaitIgnoringResultAsync().AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_result_that_is_there_at_once_runs_nothing()
    {
        foreach (var check in (StartedCheck<string>[])["x", StartedCheck<string>.Start(new ValueTask<string>("x"))])
        {
            Assert.True(check.IsStarted);
            Assert.Null(check.Running);
            var result = check.GetAsync(CancellationToken.None);
            Assert.True(result.IsCompletedSuccessfully);
            Assert.Equal("x", await result);
        }
    }

    [Fact]
    public async Task A_check_runs_until_its_end_and_may_be_awaited_again()
    {
        var source = new TaskCompletionSource<string>();
        var check = StartedCheck<string>.Start(new ValueTask<string>(source.Task));
        Assert.True(check.IsStarted);
        Assert.Same(source.Task, check.Running);
        using var cancel = new CancellationTokenSource();
        var (waiting, cancelled, ending) = (check.GetAsync(CancellationToken.None).AsTask(), check.GetAsync(cancel.Token).AsTask(), check.Running.WaitIgnoringResultAsync().AsTask());
        Assert.Equal((false, false, false), (waiting.IsCompleted, cancelled.IsCompleted, ending.IsCompleted));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cancelled);
        Assert.False(waiting.IsCompleted);
        source.SetResult("x");
        await ending;
        Assert.Null(check.Running);
        Assert.True(check.IsStarted);
        Assert.Equal("x", await waiting);
        Assert.Equal("x", await check.GetAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_fault_is_the_callers_and_not_of_those_who_wait_for_the_end()
    {
        var source = new TaskCompletionSource<string>();
        var check = StartedCheck<string>.Start(new ValueTask<string>(source.Task));
        var ending = check.Running.WaitIgnoringResultAsync();
        source.SetException(new InvalidDataException("x"));
        await ending;
        await Assert.ThrowsAsync<InvalidDataException>(async () => await check.GetAsync(CancellationToken.None));
        var faulted = StartedCheck<string>.Start(ValueTask.FromException<string>(new InvalidDataException("y")));
        Assert.True(faulted.IsStarted);
        Assert.Null(faulted.Running);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await faulted.GetAsync(CancellationToken.None));
    }
}
