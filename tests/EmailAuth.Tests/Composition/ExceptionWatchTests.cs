using EmailAuth.Composition;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>The exceptions while a program runs: what is taken, and what is logged of it, once.</summary>
public class ExceptionWatchTests
{
    private readonly ListLogger _log = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 7, 6, 23, 0, 0, TimeSpan.FromHours(-2)));

    [Fact]
    public void Without_exceptions_nothing_is_used()
    {
        var watch = new ExceptionWatch(LocalPolicy.Default, _time, _log);
        Assert.False(watch.IsUsed);
        Assert.Equal(new DateOnly(2026, 7, 7), watch.Today); // in UTC
        Assert.Empty(_log.Entries);
    }

    [Fact]
    public void Exceptions_of_the_options_are_used_and_those_that_have_expired_are_logged_at_once()
    {
        var exceptions = PolicyExceptions.Parse("a.example reject # x\nb.example reject until 2026-07-06 # over\nc.example reject until 2026-07-07 # today").Value!;
        var watch = new ExceptionWatch(new LocalPolicy { Exceptions = exceptions }, _time, _log);
        Assert.True(watch.IsUsed);
        Assert.Same(exceptions, watch.Current());
        Assert.Same(exceptions, watch.Current());
        var (level, message, _) = Assert.Single(_log.Entries);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("over", message, StringComparison.Ordinal);
        Assert.Contains("2", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_again_and_what_is_wrong_with_it_is_logged_once()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "a.example reject # x\n");
            var watch = new ExceptionWatch(new LocalPolicy { ExceptionsFile = PolicyExceptionsFile.Load(path) }, _time, _log);
            Assert.True(watch.IsUsed);
            Assert.Empty(_log.Entries);

            File.WriteAllText(path, "a.example nonsense # x\n");
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal("a.example", Assert.Single(watch.Current().All).Domain?.ToString());
            watch.Current();
            Assert.Contains(path, Assert.Single(_log.Entries).Message, StringComparison.Ordinal);

            File.WriteAllText(path, "a.example reject # x\nb.example reject # y\n");
            _time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(2, watch.Current().All.Length);
            watch.Current();
            Assert.Equal(2, _log.Entries.Count);
            Assert.Contains("2", _log.Entries[1].Message, StringComparison.Ordinal);

            // A watch of the same file begins with what the file has now.
            Assert.Equal(2, new ExceptionWatch(new LocalPolicy { ExceptionsFile = PolicyExceptionsFile.Load(path) }, _time, _log).Current().All.Length);
            Assert.Equal(2, _log.Entries.Count);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // On a full disk, the exceptions count nevertheless, from the start and after a change.
    [Fact]
    public void A_log_that_throws_takes_no_exception_away()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "a.example reject until 2026-07-06 # over\n");
            var watch = new ExceptionWatch(new LocalPolicy { ExceptionsFile = PolicyExceptionsFile.Load(path) }, _time, new FaultyLogger());
            Assert.Single(watch.Current().All);
            foreach (var (text, expected) in new[] { ("a.example nonsense # x\n", 1), ("a.example reject # x\nb.example reject until 2026-07-06 # over\n", 2) })
            {
                File.WriteAllText(path, text);
                _time.Advance(TimeSpan.FromMinutes(1));
                Assert.Equal(expected, watch.Current().All.Length);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_watch_is_of_its_exceptions_its_file_and_its_clock()
    {
        var path = Path.GetTempFileName();
        try
        {
            var (file, exceptions) = (PolicyExceptionsFile.Load(path), PolicyExceptions.Parse("a.example reject # x").Value!);
            var policy = new LocalPolicy { Exceptions = exceptions, ExceptionsFile = file };
            var watch = new ExceptionWatch(policy, _time, _log);
            Assert.True(watch.IsUsed);
            Assert.True(watch.IsOf(policy with { OnReject = DispositionAction.Quarantine }, _time));
            Assert.False(watch.IsOf(policy, TimeProvider.System));
            Assert.False(watch.IsOf(policy with { ExceptionsFile = null }, _time));
            Assert.False(watch.IsOf(policy with { ExceptionsFile = PolicyExceptionsFile.Load(path) }, _time));
            Assert.False(watch.IsOf(policy with { Exceptions = PolicyExceptions.None }, _time));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
