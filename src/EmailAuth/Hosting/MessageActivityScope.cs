using System.Diagnostics;

namespace EmailAuth.Hosting;

/// <summary>
/// Makes the activity of a message current for one call, so that what the call starts belongs to it. Afterwards the caller's is current again: a message lasts for
/// many calls, and what its caller does between them is not part of it.
/// </summary>
internal readonly ref struct MessageActivityScope
{
    private readonly Activity? _caller;
    private readonly bool _isEntered;

    /// <summary>Makes the activity current.</summary>
    /// <param name="message">The activity, which has not ended; null where none is wanted, and nothing is changed.</param>
    public MessageActivityScope(Activity? message)
    {
        if (message is not null)
        {
            _caller = Activity.Current;
            _isEntered = true;
            Activity.Current = message;
        }
    }

    public void Dispose()
    {
        if (_isEntered)
        {
            Restore(_caller);
        }
    }

    /// <summary>Makes an activity current that was so before; one that has ended meanwhile cannot be.</summary>
    public static void Restore(Activity? caller) => Activity.Current = caller is { IsStopped: true } ? null : caller;
}
