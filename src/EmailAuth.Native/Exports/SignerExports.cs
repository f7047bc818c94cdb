using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Native.Handles;
using EmailAuth.Native.Signing;
using EmailAuth.Syntax;

namespace EmailAuth.Native.Exports;

/// <summary>The calls on a signer and on a sealer. Their contract is in emailauth.h.</summary>
internal static unsafe class SignerExports
{
    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signer_new")]
    public static int NewSigner(nint* signer)
    {
        try
        {
            Input.CheckOutput(signer, "signer");
            *signer = 0;
            *signer = Handle.Table.Add(new NativeSigner());
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signer_add")]
    public static int Add(nint signer, nint key, byte* domain, nuint domainLength, byte* selector, nuint selectorLength, byte* user, nuint userLength)
    {
        try
        {
            var called = Handle.Table.Find<NativeSigner>(signer);
            var signing = Handle.Table.Find<NativeKey>(key);
            called.Add(signing, new DkimSigningIdentity
            {
                Domain = Domain(domain, domainLength),
                Selector = Encoding.UTF8.GetString(Input.Written(selector, selectorLength, "selector")),
                Key = signing.Key,
                UserIdentity = user is null && userLength == 0 ? null : Encoding.UTF8.GetString(Input.Written(user, userLength, "user_identity")),
            });
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signer_set")]
    public static int Set(nint signer, byte* name, nuint nameLength, byte* value, nuint valueLength)
    {
        try
        {
            Handle.Table.Find<NativeSigner>(signer).Set(
                Encoding.UTF8.GetString(Input.Written(name, nameLength, "name")), Encoding.UTF8.GetString(Input.Written(value, valueLength, "value")));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signer_begin")]
    public static int BeginSigner(nint signer, nint* signing)
    {
        try
        {
            Input.CheckOutput(signing, "signing");
            *signing = 0;
            *signing = Handle.Table.Add(Handle.Table.Find<NativeSigner>(signer).Begin());
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_signer_free")]
    public static int FreeSigner(nint signer)
    {
        try
        {
            if (signer != 0)
            {
                Handle.Table.Remove<NativeSigner>(signer).Free();
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_sealer_new")]
    public static int NewSealer(nint key, byte* domain, nuint domainLength, byte* selector, nuint selectorLength, nint* sealer)
    {
        try
        {
            Input.CheckOutput(sealer, "sealer");
            *sealer = 0;
            var options = new ArcSealerOptions
            {
                Domain = Domain(domain, domainLength),
                Selector = Encoding.UTF8.GetString(Input.Written(selector, selectorLength, "selector")),
            };
            *sealer = Handle.Table.Add(NativeSealer.Create(Handle.Table.Find<NativeKey>(key), options));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_sealer_begin")]
    public static int BeginSealer(nint sealer, nint result, nint* signing)
    {
        try
        {
            Input.CheckOutput(signing, "signing");
            *signing = 0;
            var arrived = Handle.Table.Find<NativeResult>(result).Outcome;
            *signing = Handle.Table.Add(Handle.Table.Find<NativeSealer>(sealer).Begin(arrived));
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    [UnmanagedCallersOnly(EntryPoint = "emailauth_managed_sealer_free")]
    public static int FreeSealer(nint sealer)
    {
        try
        {
            if (sealer != 0)
            {
                Handle.Table.Remove<NativeSealer>(sealer).Free();
            }
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            return InteropBoundary.Failed(exception);
        }
    }

    private static DomainName Domain(byte* domain, nuint length)
    {
        var parsed = DomainName.Parse(Encoding.UTF8.GetString(Input.Written(domain, length, "domain")));
        return parsed.Value ?? throw new InteropException(Status.Argument, $"domain: {parsed.Error!.Reason}");
    }
}
