using EmailAuth.Milter;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Service;

// First of all: an operator may reload the service as soon as it runs.
using var hangups = HangupSignal.Hold();
DescriptorLimit.Raise();
LogOutput.WriteWholeLines();
InlineSockets.Use();
return await MilterCommandLine.RunAsync(args, Console.Out, Console.Error);
