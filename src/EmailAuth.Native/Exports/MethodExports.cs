using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Native.Handles;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on a result that give it method by method. Their contract is in emailauth.h.</summary>
internal static unsafe class MethodExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_method_count")]
    public static int MethodCount(nint result, nuint* count)
    {
        try
        {
            Input.CheckOutput(count, "count");
            *count = (nuint)Handle.Table.Find<NativeResult>(result).Methods().Count;
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_method")]
    public static int Method(nint result, nuint number, MethodFields* method)
    {
        try
        {
            Input.CheckOutput(method, "method");
            var row = Find(result, number);
            *method = new MethodFields
            {
                Name = row.Name.Pointer,
                NameLength = row.Name.Length,
                Method = row.Method.Pointer,
                MethodLength = row.Method.Length,
                Result = row.Result.Pointer,
                ResultLength = row.Result.Length,
                Reason = row.Reason is { } reason ? reason.Pointer : null,
                ReasonLength = row.Reason?.Length ?? 0,
                ReasonCode = row.ReasonCode is { } code ? code.Pointer : null,
                ReasonCodeLength = row.ReasonCode?.Length ?? 0,
                PropertyCount = (nuint)row.PropertyCount,
            };
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_property")]
    public static int Property(nint result, nuint number, nuint place, PropertyFields* property)
    {
        try
        {
            Input.CheckOutput(property, "property");
            var row = Find(result, number);
            if (place >= (nuint)row.PropertyCount)
            {
                throw new InteropException(Status.Argument, $"place: there is no property {place}; the result has {row.PropertyCount} properties.");
            }

            var (name, value) = row.Property((int)place);
            *property = new PropertyFields { Name = name.Pointer, NameLength = name.Length, Value = value.Pointer, ValueLength = value.Length };
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_result_property_value")]
    public static int PropertyValue(nint result, nuint number, byte* name, nuint nameLength, byte** value, nuint* length)
    {
        try
        {
            Input.CheckOutput(value, "value");
            var wanted = Encoding.UTF8.GetString(Input.Written(name, nameLength, "name"));
            var found = Find(result, number).Value(wanted);
            *value = found is null ? null : found.Pointer;
            if (length is not null)
            {
                *length = found?.Length ?? 0;
            }

            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    private static NativeMethod Find(nint result, nuint number)
    {
        var methods = Handle.Table.Find<NativeResult>(result).Methods();
        return methods.Find(number)
            ?? throw new InteropException(Status.Argument, $"number: there is no method result {number}; the result has {methods.Count} of them.");
    }
}
