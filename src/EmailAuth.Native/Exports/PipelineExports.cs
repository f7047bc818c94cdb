using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Native.Configuration;
using EmailAuth.Native.Handles;
using EmailAuth.Native.Resolving;

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
            *pipeline = Handle.Table.Add(new NativePipeline(ConfigurationReader.Read(Input.Written(json, length, "configuration"))));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_pipeline_from_file")]
    public static int FromFile(byte* path, nuint length, nint* pipeline)
    {
        try
        {
            Input.CheckOutput(pipeline, "pipeline");
            *pipeline = 0;
            var file = Encoding.UTF8.GetString(Input.Written(path, length, "path"));
            *pipeline = Handle.Table.Add(new NativePipeline(ConfigurationReader.ReadFile(file)));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_configuration_check_file")]
    public static int CheckFile(byte* path, nuint length, byte* errors, nuint capacity, nuint* errorsLength)
    {
        try
        {
            var file = Encoding.UTF8.GetString(Input.Written(path, length, "path"));
            try
            {
                ConfigurationReader.ReadFile(file);
                Input.Fill(string.Empty, errors, capacity, errorsLength);
            }
            catch (InteropException mistake) when (mistake.Status == Status.Configuration)
            {
                Input.Fill(string.Join('\n', mistake.Lines), errors, capacity, errorsLength);
                throw;
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_pipeline_resolver")]
    public static int Resolver(nint pipeline, delegate* unmanaged[Cdecl]<nint, byte*, int, void*, void> resolver, void* userData)
    {
        try
        {
            var called = Handle.Table.Find<NativePipeline>(pipeline);
            Input.CheckOutput(resolver, "resolver");
            called.Ask(new HostResolver((nint)resolver, (nint)userData));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_pipeline_log")]
    public static int Log(nint pipeline, int level, delegate* unmanaged[Cdecl]<int, byte*, nuint, void*, void> log, void* userData)
    {
        try
        {
            var called = Handle.Table.Find<NativePipeline>(pipeline);
            Input.CheckOutput(log, "log");
            called.Log.Set(level, (nint)log, (nint)userData);
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
            return Handle.Table.Find<NativePipeline>(pipeline).PlatformFault is { } fault
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
                Handle.Table.Remove<NativePipeline>(pipeline);
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
