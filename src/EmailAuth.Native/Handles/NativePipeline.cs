using System.Net;
using EmailAuth.Native.Configuration;
using EmailAuth.Native.Resolving;
using EmailAuth.Native.Watching;

namespace EmailAuth.Native.Handles;

/// <summary>A pipeline for C callers, with what they add to it before its first session. Thread-safe.</summary>
internal sealed class NativePipeline
{
    private readonly Lock _lock = new();
    private AuthenticationPipeline _pipeline;
    private bool _hasBegun;

    public NativePipeline(PipelineSettings settings) => _pipeline = settings.CreatePipeline(Log);

    public HostLog Log { get; } = new();

    /// <summary>Why this host cannot verify signatures; null when it can.</summary>
    public string? PlatformFault => _pipeline.PlatformFault;

    public NativeSession Begin(IPAddress? client, string? helo)
    {
        lock (_lock)
        {
            _hasBegun = true;
        }

        return new NativeSession(_pipeline, client, helo);
    }

    /// <summary>Has the caller's resolver answer all questions.</summary>
    public void Ask(HostResolver resolver)
    {
        lock (_lock)
        {
            if (_hasBegun)
            {
                throw new InteropException(Status.State, "The pipeline has a session already: the resolver is set before the first one.");
            }

            _pipeline = _pipeline.With(resolver, _pipeline.Options);
        }
    }
}
