using System.Text;
using EmailAuth.Milter.Logging;

namespace EmailAuth.Milter.Tests.Logging;

/// <summary>Lines on their way to the standard output.</summary>
public sealed class LineQueueTests : IDisposable
{
    private readonly WritesStream _output = new();

    [Fact]
    public void Each_line_is_one_write()
    {
        using (var lines = new LineQueue(LogOutput.WholeLines(_output), TimeSpan.Zero))
        {
            Parallel.For(0, 8, thread =>
            {
                for (var i = 0; i < 1_000; i++)
                {
                    lines.Add($"{thread} {i} {new string('x', 700)}\n", isUrgent: i % 100 == 0);
                }
            });
        }

        Assert.Equal(8_000, _output.Writes.Count);
        Assert.All(_output.Writes, static line => Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal)));
        for (var thread = 0; thread < 8; thread++)
        {
            var own = _output.Writes.Where(line => line[0] == '0' + thread).Select(line => line.Split(' ')[1]);
            Assert.Equal(Enumerable.Range(0, 1_000).Select(i => $"{i}"), own);
        }
    }

    [Fact]
    public async Task A_line_waits_for_others_but_not_for_an_urgent_one_or_for_the_end()
    {
        var cancel = TestContext.Current.CancellationToken;
        using (var lines = new LineQueue(LogOutput.WholeLines(_output), Timeout.InfiniteTimeSpan))
        {
            lines.Add("1\n", isUrgent: false);
            lines.Add("2\n", isUrgent: true);
            await _output.Written(2).WaitAsync(cancel);
            lines.Add("3\n", isUrgent: false);
        }

        Assert.Equal(["1\n", "2\n", "3\n"], _output.Writes);
    }

    [Fact]
    public void A_line_that_comes_after_the_end_is_written()
    {
        var lines = new LineQueue(LogOutput.WholeLines(_output), TimeSpan.Zero);
        lines.Dispose();

        lines.Add("late\n", isUrgent: false);

        Assert.Equal(["late\n"], _output.Writes);
    }

    [Fact]
    public void More_lines_than_may_wait_are_written_all()
    {
        using (var lines = new LineQueue(LogOutput.WholeLines(_output), Timeout.InfiniteTimeSpan))
        {
            for (var i = 0; i < 6_000; i++)
            {
                lines.Add($"{i}\n", isUrgent: false);
            }
        }

        Assert.Equal(Enumerable.Range(0, 6_000).Select(i => $"{i}\n"), _output.Writes);
    }

    public void Dispose() => _output.Dispose();

    private sealed class WritesStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _awaited = int.MaxValue;

        public List<string> Writes { get; } = [];

        public Task Written(int count)
        {
            lock (Writes)
            {
                _awaited = count;
                if (Writes.Count >= count)
                {
                    _written.TrySetResult();
                }
            }

            return _written.Task;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (Writes)
            {
                Writes.Add(Encoding.UTF8.GetString(buffer));
                if (Writes.Count >= _awaited)
                {
                    _written.TrySetResult();
                }
            }
        }
    }
}
