using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>The pool of idle objects.</summary>
public class IdleObjectsTests
{
    [Fact]
    public void An_object_is_handed_out_once()
    {
        var pool = new IdleObjects<string>(2);
        Assert.Null(pool.Take());
        pool.Put("a");
        Assert.Equal("a", pool.Take());
        Assert.Null(pool.Take());
    }

    [Fact]
    public void What_finds_no_room_is_disposed_of()
    {
        var pool = new IdleObjects<Disposable>(1);
        var (kept, dropped) = (new Disposable(), new Disposable());
        pool.Put(kept);
        pool.Put(dropped);
        Assert.Equal((false, true), (kept.IsDisposed, dropped.IsDisposed));
    }

    private sealed class Disposable : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
