using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Tests;

/// <summary>Handles that were freed, never given out, or belong to another kind are told from those that are good.</summary>
public class HandleTableTests
{
    private static readonly AuthenticationPipeline Pipeline = new(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" });

    private readonly HandleTable _table = new();

    [Fact]
    public void A_handle_finds_its_object_until_it_is_freed()
    {
        var handle = _table.Add(Pipeline);

        Assert.Same(Pipeline, _table.Find<AuthenticationPipeline>(handle));
        Assert.Same(Pipeline, _table.Remove<AuthenticationPipeline>(handle));
        Refuses(() => _table.Find<AuthenticationPipeline>(handle));
        Refuses(() => _table.Remove<AuthenticationPipeline>(handle));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void A_stale_handle_does_not_reach_the_object_that_now_has_its_slot()
    {
        var stale = _table.Add(Pipeline);
        _table.Remove<AuthenticationPipeline>(stale);

        var handle = _table.Add(Pipeline);

        Assert.NotEqual(stale, handle);
        Assert.Equal((uint)stale, (uint)handle);
        Refuses(() => _table.Find<AuthenticationPipeline>(stale));
        Refuses(() => _table.Remove<AuthenticationPipeline>(stale));
        Assert.Same(Pipeline, _table.Find<AuthenticationPipeline>(handle));
    }

    [Fact]
    public void A_handle_of_another_kind_is_refused_and_stays_valid()
    {
        var handle = _table.Add(Pipeline);

        Refuses(() => _table.Find<NativeSession>(handle));
        Refuses(() => _table.Remove<NativeResult>(handle));
        Assert.Same(Pipeline, _table.Find<AuthenticationPipeline>(handle));
    }

    [Fact]
    public void A_handle_that_was_never_issued_is_refused()
    {
        var handle = _table.Add(Pipeline);
        foreach (var wrong in (long[])[0, 1, -1, 64, 65, long.MinValue, int.MaxValue, handle + 1, handle ^ (1L << 32), (uint)handle])
        {
            Refuses(() => _table.Find<AuthenticationPipeline>((nint)wrong));
            Refuses(() => _table.Remove<AuthenticationPipeline>((nint)wrong));
        }
    }

    [Fact]
    public void Threads_that_add_and_remove_at_once_never_get_each_others_objects()
    {
        Parallel.For(0, 8, worker =>
        {
            var own = new AuthenticationPipeline(new ZoneResolver(new Zone()), Pipeline.Options);
            var handles = new Queue<nint>();
            for (var i = 0; i < 20_000; i++)
            {
                handles.Enqueue(_table.Add(own));
                Assert.Same(own, _table.Find<AuthenticationPipeline>(handles.Peek()));
                if (handles.Count > 50 + worker)
                {
                    var handle = handles.Dequeue();
                    Assert.Same(own, _table.Remove<AuthenticationPipeline>(handle));
                    Refuses(() => _table.Find<AuthenticationPipeline>(handle));
                }
            }

            while (handles.TryDequeue(out var handle))
            {
                _table.Remove<AuthenticationPipeline>(handle);
            }
        });
        Assert.Equal(0, _table.Count);
    }

    private static void Refuses(Action call) => Assert.Equal(Status.Handle, Assert.Throws<InteropException>(call).Status);
}
