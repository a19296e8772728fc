// The extension: it starts the language server of Clausewise, and shows what that says.
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, LanguageClientOptions, ServerOptions } from "vscode-languageclient/node";
import { Asked, Graph, graphPage, questionsPage } from "./panels";
import { programFor } from "./program";

const LANGUAGES = ["design", "vocabulary", "policy", "cases", "laws"].map((kind) => `clausewise-${kind}`);
const PAGES = "clausewise-page";
const SERVED = ["clausewise.report", "clausewise.runCase"];

let client: LanguageClient | undefined;
let output: vscode.LogOutputChannel;
const pages = new Map<string, string>();

/** Starts the server, and offers the commands. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  output = vscode.window.createOutputChannel("Clausewise", { log: true });
  context.subscriptions.push(
    output,
    vscode.workspace.registerTextDocumentContentProvider(PAGES, {
      provideTextDocumentContent: (uri) => pages.get(uri.toString()) ?? "",
    }),
    vscode.commands.registerCommand("clausewise.restart", restart),
    vscode.commands.registerCommand("clausewise.showReport", () =>
      onDesign((uri) => vscode.commands.executeCommand("clausewise.report", uri)),
    ),
    vscode.commands.registerCommand("clausewise.showQuestions", () => onDesign(showQuestions)),
    vscode.commands.registerCommand("clausewise.showGraph", () => onDesign(showGraph)),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("clausewise.path") || change.affectsConfiguration("clausewise.config")
        ? restart()
        : undefined,
    ),
  );
  await start();
}

/** Ends the server. */
export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(): Promise<void> {
  await client?.stop();
  client = undefined;
  await start();
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("clausewise");
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const found = programFor(settings.get("path", ""), process.env.PATH ?? "", folders);
  if ("problem" in found) {
    output.error(found.problem);
    const open = "Open the Settings";
    if ((await vscode.window.showErrorMessage(found.problem, open)) === open) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "clausewise.path");
    }
    return;
  }
  output.info(`running ${found.path}, in a folder that is ${vscode.workspace.isTrusted ? "" : "not "}trusted`);
  const config = settings.get("config", "");
  const server: ServerOptions = {
    command: found.path,
    args: ["lsp", ...(config ? ["--config", config] : [])],
    options: { cwd: os.homedir() },
  };
  client = new LanguageClient("clausewise", "Clausewise", server, clientOptions());
  await client.start();
  const about = client.initializeResult?.serverInfo;
  output.info(`serving: ${about?.name} ${about?.version}`);
}

function clientOptions(): LanguageClientOptions {
  return {
    documentSelector: [
      ...LANGUAGES.flatMap((language) => [
        { scheme: "file", language },
        { scheme: "untitled", language },
      ]),
      { scheme: "file", pattern: "**/*.design.json" },
    ],
    initializationOptions: { trusted: vscode.workspace.isTrusted, commands: SERVED },
    outputChannel: output,
    middleware: {
      executeCommand: async (command, given, next) => {
        const answer: unknown = await next(command, given);
        if (command === "clausewise.report" && typeof answer === "string") {
          await showPage("report", answer || "This design was not judged.");
        } else if (command === "clausewise.runCase" && typeof answer === "string") {
          void vscode.window.showInformationMessage(`The case: ${answer}`);
        }
        return answer;
      },
    },
  };
}

async function onDesign(show: (uri: string) => unknown): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (!client || !document || !LANGUAGES.includes(document.languageId)) {
    void vscode.window.showWarningMessage("Open a design, a policy or cases first.");
    return;
  }
  await show(client.code2ProtocolConverter.asUri(document.uri));
}

async function showQuestions(uri: string): Promise<void> {
  const asked = await client?.sendRequest<Asked[] | null>("clausewise/questions", { uri });
  await showPage("questions", questionsPage(asked ?? []));
}

async function showGraph(uri: string): Promise<void> {
  const graph = await client?.sendRequest<Graph | null>("clausewise/graph", { uri });
  if (!graph) {
    void vscode.window.showWarningMessage("No policy judges this file.");
    return;
  }
  const panel = vscode.window.createWebviewPanel("clausewise.graph", graph.policy, vscode.ViewColumn.Beside, {
    enableScripts: false,
  });
  panel.webview.html = graphPage(graph);
}

/** Shows Markdown in the preview. */
async function showPage(name: string, text: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: PAGES, path: `/${name}-${pages.size}.md` });
  pages.set(uri.toString(), text);
  await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
}
