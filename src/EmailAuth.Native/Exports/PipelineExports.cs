using System.Runtime.InteropServices;
using EmailAuth.Native.Configuration;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on a pipeline. Their contract is in emailauth.h.</summary>
internal static unsafe class PipelineExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_pipeline_new")]
    public static int New(byte* json, nuint length, nint* pipeline)
    {
        try
        {
            Input.CheckOutput(pipeline, "pipeline");
            *pipeline = 0;
            *pipeline = Handle.Table.Add(ConfigurationReader.Read(Input.Written(json, length, "configuration")));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_pipeline_check")]
    public static int Check(nint pipeline)
    {
        try
        {
            return Handle.Table.Find<AuthenticationPipeline>(pipeline).PlatformFault is { } fault
                ? throw new InteropException(Status.Unavailable, fault)
                : (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_pipeline_free")]
    public static int Free(nint pipeline)
    {
        try
        {
            if (pipeline != 0)
            {
                Handle.Table.Remove<AuthenticationPipeline>(pipeline);
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
