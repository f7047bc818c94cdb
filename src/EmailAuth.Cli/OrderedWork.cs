using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace EmailAuth.Cli;

/// <summary>Does work on all cores and returns the results in the order of the input, with limited memory.</summary>
internal static class OrderedWork
{
    /// <summary>How many inputs are in progress, if nothing else is said: enough to overlap waiting for slow DNS servers.</summary>
    public const int DefaultInFlight = 1024;

    // The memory of the inputs in progress is limited too, in blocks.
    private const int BlocksPerJob = 512;
    private const int BlockLength = 64 * 1024;

    /// <summary>Works on a sequence.</summary>
    /// <param name="source">The inputs.</param>
    /// <param name="work">What to do with each input; waiting in it does not block a job.</param>
    /// <param name="lengthOf">How many bytes an input holds.</param>
    /// <param name="jobs">How many threads work.</param>
    /// <param name="inFlight">How many inputs are in progress, at most; fewer when they are large.</param>
    /// <param name="cancellationToken">Ends the work: no further input is read; work in progress is finished and returned.</param>
    public static async IAsyncEnumerable<TOut> RunAsync<TIn, TOut>(
        IAsyncEnumerable<TIn> source,
        Func<TIn, Task<TOut>> work,
        Func<TIn, int> lengthOf,
        int jobs,
        int inFlight,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var blocks = Math.Max(jobs * BlocksPerJob, inFlight);
        using var room = new SemaphoreSlim(blocks);
        using var places = new SemaphoreSlim(inFlight);
        var todo = Channel.CreateUnbounded<Item<TIn, TOut>>(new UnboundedChannelOptions { SingleWriter = true });
        var order = Channel.CreateUnbounded<Item<TIn, TOut>>(new UnboundedChannelOptions { SingleWriter = true, SingleReader = true });
        var feeding = FeedAsync();
        var workers = Enumerable.Range(0, jobs).Select(_ => Task.Run(WorkAsync, CancellationToken.None)).ToArray();
        await foreach (var item in order.Reader.ReadAllAsync(CancellationToken.None))
        {
            var result = await item.Result.Task;
            room.Release(item.Blocks);
            places.Release();
            yield return result;
        }

        await Task.WhenAll(workers);
        await feeding;

        async Task FeedAsync()
        {
            try
            {
                await foreach (var input in source.WithCancellation(cancellationToken))
                {
                    var item = new Item<TIn, TOut>(input, Math.Min(blocks, 1 + (lengthOf(input) / BlockLength)));
                    await places.WaitAsync(cancellationToken);
                    for (var i = 0; i < item.Blocks; i++)
                    {
                        await room.WaitAsync(cancellationToken);
                    }

                    todo.Writer.TryWrite(item);
                    order.Writer.TryWrite(item);
                }
            }
            finally
            {
                todo.Writer.Complete();
                order.Writer.Complete();
            }
        }

        async Task WorkAsync()
        {
            await foreach (var item in todo.Reader.ReadAllAsync(CancellationToken.None))
            {
                // Work that waits continues by itself; this job takes the next input.
                _ = CompleteAsync(item);
            }
        }

        async Task CompleteAsync(Item<TIn, TOut> item)
        {
            try
            {
                item.Result.SetResult(await work(item.Input));
            }
            catch (OperationCanceledException e)
            {
                item.Result.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                // The exception is not lost: it is thrown where the result is awaited.
                item.Result.SetException(e);
            }
        }
    }

    private sealed class Item<TIn, TOut>(TIn input, int blocks)
    {
        public TIn Input { get; } = input;

        public int Blocks { get; } = blocks;

        public TaskCompletionSource<TOut> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
