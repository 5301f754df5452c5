/** The page's constants with units. */
import { maxInputBytes } from "#shared/wire/limits.ts";

// Requests

/** Pause between polls when the server's answer has no Retry-After. */
export const pollIntervalMs = 2_500;
/** A stream must bring its first bytes within this time: the server writes at once. */
export const streamStartTimeoutMs = 10_000;
/** A stream without bytes for this long is dead: the server writes at least every 15 s. */
export const streamSilenceTimeoutMs = 40_000;
/** Pause before a stream that ended normally is opened again, unless the server sent `retry`. */
export const streamReopenMs = 1_000;
/** Longest pause between requests while the server cannot be reached. */
export const maxFaultWaitMs = 15_000;
/** Open streams over HTTP/1.1: two windows and their other requests share a browser's six connections. */
export const maxStreamsHttp1 = 2;
/** Open streams over HTTP/2 and 3, which carry a hundred and more over one connection. */
export const maxStreamsHttp2 = 24;
/** Polls of a hidden page are at least this far apart. */
export const hiddenPollIntervalMs = 15_000;
/** First pause between checks of a server that does not answer; each further one is twice as long. */
export const firstHealthWaitMs = 2_000;
export const maxHealthWaitMs = 30_000;
/** A press waits this long for the server to tell whether it is simulated. */
export const maxSourceWaitMs = 3_000;
/** A submit without an answer is given up after this time; uploads may have 30 MiB each. */
export const submitTimeoutMs = { text: 60_000, image: 600_000 };
/** A window that was about to leave and is still there after this time has stayed. */
export const departureMs = 10_000;
/** Tasks on one page of the server's list. */
export const listPageSize = 50;
/** The list is read again when the page was hidden for longer than this. */
export const maxListAgeMs = 60_000;
/** Credits younger than this are not fetched again. */
export const maxCreditsAgeMs = 60_000;
/** The same after a task has ended: several that end together cause one fetch. */
export const maxCreditsAgeAfterTaskMs = 5_000;

/** A batch without an answer is given up after this time: its reference images are fetched first. */
export const batchTimeoutMs = 600_000;
/** Pause between polls of a batch that is paused. */
export const pausedPollMs = 15_000;
/** Results of a running batch are read again after this time at the earliest, and at the latest when there are new ones. */
export const minBatchReadMs = 4_000;
export const maxBatchReadMs = 60_000;
/** Batches of the server's list that the page looks at: the newest. */
export const batchListSize = 10;
/** Batches made elsewhere are shown until this long after their end. */
export const maxEndedBatchAgeMs = 86_400_000;

/** The administrator's list of requests under way is read again after this time while it is seen. */
export const tasksRefreshMs = 5_000;
/** The administrator's other lists change more slowly. */
export const adminRefreshMs = 30_000;
/** Credentials on one page of the pool. */
export const poolPageSize = 50;

// The API's own limits

/** Characters, as the API counts them. */
export const maxPromptLength = 8_000;
export const maxSeed = 2 ** 32 - 1;
/** Reference images of the model that takes the most. */
export const maxReferenceImages = 10;
export const maxReferenceBytes = maxInputBytes;
/** The limit of official keys (docs/keys.md). Of sessions none is known. */
export const maxReferencePixels = 36_000_000;
/** Larger images are not decoded: at four bytes a pixel they may end the tab. The largest phone photos have 200 million. */
export const maxDecodedPixels = 201_000_000;
/** The same of HEIC photos where the browser cannot read them: the decoder needs more, and has 2 GiB of memory. */
export const maxHeicPixels = 110_000_000;
/** The decoder for HEIC photos must be there within this time, and then decode each one within it. */
export const heicTimeoutMs = 120_000;
/** The decoder is ended after this time without a photo. */
export const heicIdleMs = 10_000;
/** Larger files are not read. */
export const maxReadBytes = 256 * 1024 * 1024;
/** Images of one task, of the model that makes the most. */
export const maxCount = 10;
/** Sessions and keys in one Authorization header. */
export const maxSessionsSent = 100;
/** Sessions in one call of `/v1/sessions/check`. */
export const maxSessionsChecked = 15;
/** Sessions in one call of `/v1/credits`. */
export const maxSessionsAskedForCredits = 40;

// Storage

/** Changes of this period are written together: a running task changes every few seconds, its views come in bursts. */
export const writeDelayMs = 250;
/** A submit waits this long for its task to be on the disk. */
export const maxDiskWaitMs = 500;
/** Favourites that the browser keeps: the newest. */
export const maxFavourites = 5_000;
/** Tasks that one call deletes: the limit of the API. */
export const maxDeletedAtOnce = 100;
/** Tasks that the browser keeps. */
export const maxStoredTasks = 2_000;
/** Only tasks younger than this are announced to other windows when a window first sees them. */
export const maxNewTaskAgeMs = 60_000;

// The page

/** The same request within this time is a double click. */
export const doubleSubmitMs = 800;
export const maxNotices = 3;
export const noticeMs = 5_000;
/** A notice with an action, such as Undo. */
export const noticeWithActionMs = 9_000;
/** Without a `dragover` event for this long, the dragged file has left the window. */
export const dragTimeoutMs = 300;
/** Completed tasks, and as many failed ones, that stay among the current tasks before they move to the gallery. */
export const maxEndedInSight = 6;
/** Tasks that the gallery shows at first, and adds with each press of "Show older". */
export const galleryStep = 24;
/** Images on the card of a batch; the gallery has all. */
export const maxBatchThumbs = 12;
/** Prompts in the title of a batch. */
export const maxBatchTitle = 8;
/** Prompts of a batch made elsewhere that are read for its title. */
export const batchTitlePrompts = 3;
/** Failed requests that a batch names at first. */
export const maxNamedFailures = 50;
/** Images of one ZIP file: a batch may have thousands, and the file is in memory. */
export const maxZippedImages = 100;
/** Images that are fetched side by side for a ZIP file. */
export const zipFetches = 6;
export const clockTickMs = 1_000;
/** Earlier prompts that the arrow keys bring back. */
export const maxPromptHistory = 100;
/** Characters of a prompt that are read out when its task ends. */
export const maxAnnouncedTitle = 80;
/** Characters of a prompt in a file name. */
export const maxFileTitle = 40;
/** Characters of a prompt in the name of a reference image. */
export const maxReferenceName = 60;
/** Characters of a session's name. */
export const maxSessionName = 60;
/** Characters of a model, ratio or resolution in a link. */
export const maxLinkValue = 60;
/** Object URLs live this long after the click: some browsers read the file only once a folder is chosen. */
export const imageUrlLifeMs = 120_000;
export const exportUrlLifeMs = 60_000;
/** Distance of a menu from its button and from the window's edge. */
export const menuGapPixels = 6;
/** A session shows its last characters only when it has at least this many. */
export const minMaskedLength = 16;
/** A word without a prefix is read as a session from this length on; real sessions have 32 characters. */
export const minSessionLength = 16;

// The large view

/** One press on a button or key enlarges by this factor. */
export const zoomFactor = 1.6;
/** A pointer that moves less has tapped. */
export const tapPixels = 10;
export const doubleTapMs = 320;
/** Two taps further apart are no double tap. */
export const doubleTapPixels = 30;
/** A slow swipe counts from this distance on. */
export const swipePixels = 80;
/** A fast swipe counts from this distance on. */
export const flickPixels = 24;
export const flickPixelsPerMs = 0.4;
