using System.Runtime.InteropServices;
using EmailAuth.Native.Resolving;

namespace EmailAuth.Native.Exports;

/// <summary>The call by which a caller's resolver answers. Its contract is in emailauth.h.</summary>
internal static unsafe class QueryExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_query_answer")]
    public static int Answer(nint query, int status, HostRecord* records, nuint count, uint timeToLive, uint flags)
    {
        try
        {
            var asked = Handle.Table.Find<HostQuery>(query);
            var response = HostAnswer.Read(asked.Question, status, records, count, timeToLive, flags);

            // Another thread may have answered meanwhile, or the wait may have ended: then this throws.
            Handle.Table.Remove<HostQuery>(query).End(response);
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }
}
